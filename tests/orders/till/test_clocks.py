"""Tills whose clocks are off, and say so as they send: their sales were made when they
were made."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.utils import timezone

from inventory.stock.operations import adjust_stock
from omniretail.kernel.actors import SYSTEM
from orders.ordering.models import Order
from orders.till.models import PosSale
from stores.network.models import Store
from tests import given
from tests.callers import as_client
from tests.factories.stores import DeviceFactory
from tests.inventory.given import figures

pytestmark = pytest.mark.django_db
SALES = "/api/v1/pos/sales"
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    """Five units, of which somebody has just said that there are five."""
    given.goods(5)
    DeviceFactory.create(code="till-1", kind="TILL", store=Store.objects.get(code="msk-1"))
    now = timezone.now()
    adjust_stock(
        store_code="msk-1",
        sku_code="S-1",
        on_hand=5,
        reason="counted",
        by=SYSTEM,
        at=now - timedelta(minutes=10),
    )
    return now


def http_date(moment: datetime) -> str:
    """As a header says it: `Mon, 23 Nov 2026 12:00:00 GMT`."""
    return format_datetime(moment, usegmt=True)


def told(sold_at: datetime, date: str | None) -> Any:
    """A till tells one sale, and what its clock shows."""
    sale = {
        "sequence": 1,
        "receipt_number": "K-1",
        "sold_at": sold_at.isoformat(),
        "tender": "CARD",
        "total_amount": "1000.00",
        "lines": [{"sku": "S-1", "quantity": 1, "unit_price": "1000.00"}],
    }
    headers = {} if date is None else {"Date": date}
    body = {"device": "till-1", "sales": [sale]}
    return as_client("pos:write").post(SALES, body, headers=headers)


def outcome(answer: Any) -> str:
    (one,) = answer.json()["answers"]
    return str(one["problem"]["code"] if one["problem"] else one["outcome"])


def test_without_a_word_of_its_clock_a_till_is_believed(now: datetime) -> None:
    """An hour ago, so before somebody looked."""
    assert outcome(told(now - AN_HOUR, None)) == "LANDED"
    assert figures() == (5, 0)


def test_a_clock_that_is_an_hour_slow_is_set_right(now: datetime) -> None:
    shows = now - AN_HOUR
    assert outcome(told(shows, http_date(shows))) == "LANDED"
    assert figures() == (4, 0)
    assert abs(Order.objects.get().opened_at - now) < timedelta(minutes=1)
    assert PosSale.objects.get().sold_at == shows


def test_a_clock_that_is_an_hour_fast_sells_nothing_in_the_future(now: datetime) -> None:
    shows = now + AN_HOUR
    assert outcome(told(shows, None)) == "sold_in_the_future"
    assert outcome(told(shows, http_date(shows))) == "LANDED"
    assert figures() == (4, 0)


def test_a_clock_that_is_nearly_right_is_left_alone(now: datetime) -> None:
    """It says when the sale was made; the request took some time to get here."""
    sold_at = now - timedelta(minutes=2)
    told(sold_at, http_date(now - timedelta(minutes=1)))
    assert Order.objects.get().opened_at == sold_at


def test_a_moment_without_its_zone_is_refused(now: datetime) -> None:
    """In Vladivostok it would have been sold seven hours before it was."""
    refused = told(now.replace(tzinfo=None), None)
    assert refused.status_code == 400, refused.json()
    assert refused.json()["errors"][0]["pointer"] == "#/sales/0/sold_at"


@pytest.mark.parametrize("date", ["yesterday", "Mon, 99 Nov 2026 12:00:00 GMT", ""])
def test_what_is_no_moment_is_refused_by_name(now: datetime, date: str) -> None:
    refused = told(now, date)
    assert refused.status_code == 400, refused.json()
    assert refused.json()["errors"][0]["header"] == "Date"
    assert figures() == (5, 0)
