"""Addresses of the doors of carts, checkout and orders."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from orders.carts.api import CartViewSet
from orders.checkout import sell_pages
from orders.checkout.api import CheckoutViewSet, OrderViewSet

router = SimpleRouter(trailing_slash=False)
router.register("carts", CartViewSet, basename="carts")
router.register("orders", OrderViewSet, basename="orders")

api_urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "carts/<str:token>/quote",
        CheckoutViewSet.as_view({"get": "quote"}, basename="carts"),
    ),
    path(
        "carts/<str:token>/checkout",
        CheckoutViewSet.as_view({"post": "checkout"}, basename="carts"),
    ),
    *router.urls,
]
page_urlpatterns: list[URLPattern | URLResolver] = [
    path("tablet/sell/", sell_pages.sell, name="tablet-sell"),
    path("tablet/sell/add/", sell_pages.add, name="tablet-sell-add"),
    path("tablet/sell/line/", sell_pages.change_line, name="tablet-sell-line"),
    path("tablet/sell/unit/", sell_pages.name_unit, name="tablet-sell-unit"),
    path("tablet/sell/customer/", sell_pages.choose_customer, name="tablet-sell-customer"),
    path("tablet/sell/details/", sell_pages.change_details, name="tablet-sell-details"),
    path("tablet/sell/pay/", sell_pages.pay, name="tablet-sell-pay"),
    path("tablet/sell/anew/", sell_pages.start_anew, name="tablet-sell-anew"),
    path("tablet/sell/done/<str:number>/", sell_pages.done, name="tablet-sell-done"),
]
