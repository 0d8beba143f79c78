"""The doors of the stores floor, gathered for the front door."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from stores.kpi import pages as kpi
from stores.kpi.api import ScorecardViewSet
from stores.network.api import DeviceViewSet, StoreViewSet
from stores.people.api import StaffSessionViewSet
from stores.people.pages import pairing, sign_in
from stores.work import pages as work
from stores.work.api import WorkItemViewSet

router = SimpleRouter(trailing_slash=False)
router.register("stores", StoreViewSet, basename="stores")
router.register("devices", DeviceViewSet, basename="devices")
router.register("staff-sessions", StaffSessionViewSet, basename="staff-sessions")
router.register("work-items", WorkItemViewSet, basename="work-items")
router.register("scorecards", ScorecardViewSet, basename="scorecards")

api_urlpatterns: list[URLPattern | URLResolver] = list(router.urls)

_ITEM = "<str:kind>/<str:reference>"

page_urlpatterns: list[URLPattern | URLResolver] = [
    path("tablet/", work.home, name="tablet-home"),
    path("tablet/pair/", pairing.pair, name="tablet-pair"),
    path("tablet/pair/status", pairing.pair_status, name="tablet-pair-status"),
    path("tablet/pair/approve", pairing.approve, name="tablet-pair-approve"),
    path("tablet/sign-in/", sign_in.sign_in, name="tablet-sign-in"),
    path("tablet/sign-in/<slug:code>/", sign_in.pin, name="tablet-pin"),
    path("tablet/lock", sign_in.lock, name="tablet-lock"),
    path("tablet/sign-out", sign_in.sign_out, name="tablet-sign-out"),
    path("tablet/scan", work.scan, name="tablet-scan"),
    path("tablet/work/", work.work, name="tablet-work"),
    path(f"tablet/work/{_ITEM}/take", work.take, name="tablet-work-take"),
    path(f"tablet/work/{_ITEM}/put-back", work.put_back, name="tablet-work-put-back"),
    path("tablet/me/", work.me, name="tablet-me"),
    path("tablet/me/language", work.choose_language, name="tablet-language"),
    path("board/", kpi.board, name="board"),
]
