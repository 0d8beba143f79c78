"""The doors of the loyalty floor, gathered for the front door."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from loyalty.identity import pages
from loyalty.identity.api import CustomerViewSet, LoginCodeViewSet, MeViewSet
from loyalty.points.api import MyPointsViewSet, PointsViewSet

router = SimpleRouter(trailing_slash=False)
router.register("customers", CustomerViewSet, basename="customers")
router.register("login-codes", LoginCodeViewSet, basename="login-codes")
router.register("me", MeViewSet, basename="me")

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("me", MeViewSet.as_view({"get": "read", "patch": "change"}, basename="me")),
    path("me/points", MyPointsViewSet.as_view({"get": "balance"}, basename="me-points")),
    path(
        "me/points/entries",
        MyPointsViewSet.as_view({"get": "entries"}, basename="me-points"),
    ),
    path(
        "customers/<str:number>/points",
        PointsViewSet.as_view({"get": "balance"}, basename="customer-points"),
    ),
    path(
        "customers/<str:number>/points/entries",
        PointsViewSet.as_view({"get": "entries"}, basename="customer-points"),
    ),
    *router.urls,
]

_CUSTOMER = "tablet/customers/<str:number>"

page_urlpatterns: list[URLPattern | URLResolver] = [
    path("tablet/customers/", pages.find, name="tablet-customers"),
    path("tablet/customers/new/", pages.new, name="tablet-customer-new"),
    path("tablet/customers/register", pages.register, name="tablet-customer-register"),
    path(f"{_CUSTOMER}/", pages.card, name="tablet-customer"),
    path(f"{_CUSTOMER}/add", pages.add, name="tablet-customer-add"),
    path(f"{_CUSTOMER}/send-code", pages.send_code, name="tablet-customer-send-code"),
    path(f"{_CUSTOMER}/verify", pages.verify, name="tablet-customer-verify"),
    path(f"{_CUSTOMER}/offers", pages.offers, name="tablet-customer-offers"),
]
