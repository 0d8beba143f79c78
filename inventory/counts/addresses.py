"""Addresses of the tablet's pages of counting."""

from django.urls import URLPattern, path

from inventory.counts.pages import approving, counting

_COUNT = "tablet/stock/counts/<str:number>/"

page_urlpatterns: list[URLPattern] = [
    path("tablet/stock/counts/", counting.counts, name="tablet-counts"),
    path("tablet/stock/counts/begin/", counting.begin, name="tablet-count-begin"),
    path(_COUNT, counting.count, name="tablet-count"),
    path(f"{_COUNT}scan/", counting.scan, name="tablet-count-scan"),
    path(f"{_COUNT}total/", counting.total, name="tablet-count-total"),
    path(f"{_COUNT}finish/", counting.finish, name="tablet-count-finish"),
    path(f"{_COUNT}approve/", approving.approve, name="tablet-count-approve"),
    path(f"{_COUNT}recount/", approving.have_recounted, name="tablet-count-recount"),
    path(f"{_COUNT}cancel/", approving.cancel, name="tablet-count-cancel"),
]
