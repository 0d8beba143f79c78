"""Addresses of the till doors."""

from django.urls import URLPattern, URLResolver, path

from orders.till import pages
from orders.till.api import PosSaleViewSet

api_urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "pos/sales",
        PosSaleViewSet.as_view({"get": "list", "post": "create"}, basename="pos-sales"),
    ),
]

page_urlpatterns: list[URLPattern | URLResolver] = [
    path("tablet/return/", pages.find, name="tablet-return"),
]
