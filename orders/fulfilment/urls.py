"""Addresses of the fulfilment doors."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from orders.fulfilment.api import FulfilmentViewSet, PassViewSet
from orders.fulfilment.pages import handing_over, picking, shipping

router = SimpleRouter(trailing_slash=False)
router.register("fulfilments", FulfilmentViewSet, basename="fulfilments")

api_urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "orders/<str:number>/pass",
        PassViewSet.as_view({"get": "list"}, basename="passes"),
    ),
    *router.urls,
]

page_urlpatterns: list[URLPattern | URLResolver] = [
    path("tablet/pick/<str:number>/", picking.pick, name="tablet-pick"),
    path("tablet/pick/<str:number>/start/", picking.start, name="tablet-pick-start"),
    path("tablet/pick/<str:number>/scan/", picking.scan, name="tablet-pick-scan"),
    path(
        "tablet/pick/<str:number>/<int:position>/put-back/",
        picking.put_back,
        name="tablet-pick-put-back",
    ),
    path(
        "tablet/pick/<str:number>/<int:position>/short/",
        picking.short,
        name="tablet-pick-short",
    ),
    path("tablet/pick/<str:number>/ready/", picking.ready, name="tablet-pick-ready"),
    path("tablet/pick/<str:number>/pack/", picking.pack, name="tablet-pick-pack"),
    path("tablet/pack/<str:number>/", shipping.parcel, name="tablet-pack"),
    path("tablet/pack/<str:number>/ship/", shipping.ship, name="tablet-pack-ship"),
    path("tablet/pack/<str:number>/deliver/", shipping.deliver, name="tablet-pack-deliver"),
    path("tablet/handover/<str:number>/", handing_over.handover, name="tablet-handover"),
    path(
        "tablet/handover/<str:number>/confirm/",
        handing_over.hand_over,
        name="tablet-handover-confirm",
    ),
    path(
        "tablet/handover/<str:number>/override/",
        handing_over.override,
        name="tablet-handover-override",
    ),
    path(
        "tablet/handover/<str:number>/new-code/",
        handing_over.new_code,
        name="tablet-handover-new-code",
    ),
]
