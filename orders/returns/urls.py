"""Addresses of the returns doors."""

from django.urls import URLPattern, URLResolver, path

from orders.returns import pages
from orders.returns.api import ReturnViewSet

api_urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "orders/<str:number>/returns",
        ReturnViewSet.as_view({"get": "list", "post": "create"}, basename="returns"),
    ),
    path(
        "orders/<str:number>/returnable",
        ReturnViewSet.as_view({"get": "returnable"}, basename="returns"),
    ),
]

page_urlpatterns: list[URLPattern | URLResolver] = [
    path("tablet/return/<str:number>/", pages.show, name="tablet-return-order"),
    path(
        "tablet/return/<str:number>/take-back/",
        pages.take_back,
        name="tablet-return-take-back",
    ),
]
