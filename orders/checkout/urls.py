"""Addresses of the doors of carts, checkout and orders."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from orders.carts.api import CartViewSet
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
page_urlpatterns: list[URLPattern | URLResolver] = []
