"""Addresses of the till doors."""

from django.urls import path

from orders.till.api import PosSaleViewSet

api_urlpatterns = [
    path(
        "pos/sales",
        PosSaleViewSet.as_view({"get": "list", "post": "create"}, basename="pos-sales"),
    ),
]
