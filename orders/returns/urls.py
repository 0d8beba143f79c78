"""Addresses of the returns doors."""

from django.urls import path

from orders.returns.api import ReturnViewSet

api_urlpatterns = [
    path(
        "orders/<str:number>/returns",
        ReturnViewSet.as_view({"get": "list", "post": "create"}, basename="returns"),
    ),
]
