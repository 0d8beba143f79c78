"""Server time and queries of each tablet page, on the data of a whole chain."""

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omniretail.kernel import clock
from stores.network.models import Device
from stores.people.operations import sign_in
from stores.people.pages.access import remember_device, remember_staff
from tests.bench.figures import Page, median_ms
from tests.bench.morning import Morning

TIMES = 20


def tablet_pages(morning: Morning) -> list[Page]:
    """Each page a clerk opens, in a store with twenty orders waiting."""
    client = _signed_in(morning)
    return [_measured(client, path) for path in _paths(morning)]


def _paths(morning: Morning) -> list[str]:
    """Every page of the tablet that can be looked at."""
    return [
        reverse("tablet-work"),
        reverse("tablet-pick", args=[morning.picking]),
        reverse("tablet-handover", args=[morning.ready]),
        reverse("tablet-pack", args=[morning.packed]),
        reverse("tablet-find"),
        reverse("tablet-find-product", args=[morning.sku]),
        reverse("tablet-sell"),
        reverse("tablet-sell-done", args=[morning.sold_here]),
        reverse("tablet-return"),
        reverse("tablet-return-order", args=[morning.collected]),
        reverse("tablet-stock"),
        reverse("tablet-stock-level", args=[morning.sku]),
        reverse("tablet-customers"),
        reverse("tablet-customer-new"),
        reverse("tablet-customer", args=[morning.customer]),
        reverse("tablet-me"),
        reverse("tablet-sign-in"),
    ]


def _signed_in(morning: Morning) -> Client:
    worker = morning.worker
    device = Device.objects.paired().filter(store__code=worker.store_code).first()
    assert device is not None, "the fixtures pair a device in every store"
    signed = sign_in(
        employee_code=worker.code, pin=worker.pin, device_code=device.code, at=clock.now()
    )
    answer = HttpResponse()
    remember_device(answer, device, secure=False)
    remember_staff(answer, signed.secret, secure=False)
    client = Client(headers={"host": "localhost"})
    client.cookies = answer.cookies
    return client


def _measured(client: Client, path: str) -> Page:
    def look(_number: int) -> None:
        assert client.get(path).status_code == 200, path

    milliseconds = median_ms(look, times=TIMES)
    with CaptureQueriesContext(connection) as queries:
        look(0)
    return Page(path, milliseconds, len(queries))
