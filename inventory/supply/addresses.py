"""Addresses of the tablet's pages of supply."""

from django.urls import URLPattern, path

from inventory.supply.pages import receiving, sending, transfers

_RECEIVE = "tablet/stock/receive/<str:number>/"
_TRANSFER = "tablet/stock/transfers/<str:number>/"

page_urlpatterns: list[URLPattern] = [
    path("tablet/stock/receive/", receiving.receive, name="tablet-stock-receive"),
    path(_RECEIVE, receiving.receive_for, name="tablet-stock-receive-for"),
    path(f"{_RECEIVE}scan/", receiving.scan, name="tablet-stock-receive-scan"),
    path(f"{_RECEIVE}less/", receiving.less, name="tablet-stock-receive-less"),
    path(f"{_RECEIVE}confirm/", receiving.confirm, name="tablet-stock-receive-confirm"),
    path("tablet/stock/send/", sending.send, name="tablet-stock-send"),
    path("tablet/stock/send/scan/", sending.scan, name="tablet-stock-send-scan"),
    path("tablet/stock/send/less/", sending.less, name="tablet-stock-send-less"),
    path("tablet/stock/send/confirm/", sending.confirm, name="tablet-stock-send-confirm"),
    path("tablet/stock/transfers/", transfers.transfers, name="tablet-stock-transfers"),
    path(_TRANSFER, transfers.transfer, name="tablet-stock-transfer"),
    path(f"{_TRANSFER}approve/", transfers.approve, name="tablet-stock-transfer-approve"),
    path(
        f"{_TRANSFER}dispatch/", transfers.send_off, name="tablet-stock-transfer-dispatch"
    ),
    path(f"{_TRANSFER}cancel/", transfers.cancel, name="tablet-stock-transfer-cancel"),
    path(
        f"{_TRANSFER}write-off/",
        transfers.write_off,
        name="tablet-stock-transfer-write-off",
    ),
]
