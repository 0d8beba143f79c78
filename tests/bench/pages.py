"""Server time and queries of each tablet page, on the data of a whole chain."""

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omniretail.kernel import clock
from orders.trading_day.reference import Chain
from stores.network.models import Device
from stores.people.operations import sign_in
from stores.people.pages.access import remember_device, remember_staff
from tests.bench.figures import Page, median_ms

TIMES = 20
NAMES = (
    "tablet-work",
    "tablet-find",
    "tablet-sell",
    "tablet-returns",
    "tablet-stock",
    "tablet-customers",
    "tablet-me",
)


def tablet_pages(chain: Chain) -> list[Page]:
    """Each place of the tablet's rail, opened by a clerk who is signed in."""
    client = _signed_in(chain)
    return [_measured(client, name) for name in NAMES]


def _signed_in(chain: Chain) -> Client:
    worker = next(w for w in chain.workers if w.role == "CLERK" and w.pin)
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


def _measured(client: Client, name: str) -> Page:
    path = reverse(name)

    def look(_number: int) -> None:
        assert client.get(path).status_code == 200, name

    milliseconds = median_ms(look, times=TIMES)
    with CaptureQueriesContext(connection) as queries:
        look(0)
    return Page(path, milliseconds, len(queries))
