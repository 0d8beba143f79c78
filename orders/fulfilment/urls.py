"""Addresses of the fulfilment doors."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from orders.fulfilment.api import FulfilmentViewSet, PassViewSet

router = SimpleRouter(trailing_slash=False)
router.register("fulfilments", FulfilmentViewSet, basename="fulfilments")

api_urlpatterns = [
    path(
        "orders/<str:number>/pass",
        PassViewSet.as_view({"get": "list"}, basename="passes"),
    ),
    *router.urls,
]
