"""Addresses of the tablet's pages of replenishment."""

from django.urls import URLPattern, path

from inventory.replenishment.pages import asking, proposals

_PROPOSALS = "tablet/stock/proposals/"

page_urlpatterns: list[URLPattern] = [
    path(_PROPOSALS, proposals.proposals, name="tablet-proposals"),
    path(
        f"{_PROPOSALS}<str:number>/accept",
        proposals.accept,
        name="tablet-proposal-accept",
    ),
    path(
        f"{_PROPOSALS}<str:number>/dismiss",
        proposals.dismiss,
        name="tablet-proposal-dismiss",
    ),
    path("tablet/waits/<path:code>/register", asking.wait, name="tablet-wait"),
    path("tablet/lost-demand/<path:code>/record", asking.missing, name="tablet-missing"),
]
