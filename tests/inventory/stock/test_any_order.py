"""What happened on a shelf, told in any order, comes to what lies there: the last look,
and what was told to have come or gone since."""

from datetime import timedelta
from functools import partial
from itertools import permutations

import pytest
from django.db import transaction

from inventory.counts.operations import approve_count, finish_count
from inventory.counts.queries import count_view
from inventory.stock.operations import StockWrite, WriteMode, sell_stock, write_stock
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.counts.given import BOSS, EVENING, LAWS, opened, seen, shelf
from tests.inventory.given import figures, moved
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


def sale(units: int, *, hour: int) -> None:
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", units)],
        reference=f"T-{hour}",
        by=SYSTEM,
        at=EVENING,
        observed_at=NOON + timedelta(hours=hour),
    )


def count(units: int, *, hour: int) -> None:
    moment = NOON + timedelta(hours=hour)
    number = opened(at=moment)
    while count_view(number).status in ("OPEN", "RECOUNT"):
        seen(number, units, at=moment)
        finish_count(number=number, by=SYSTEM, at=moment)
    if count_view(number).status == "COUNTED":
        approve_count(number=number, by=BOSS, at=EVENING)


def figure(units: int, *, hour: int) -> None:
    moment = NOON + timedelta(hours=hour)
    row = StockWrite("1", "msk-1", "S-1", WriteMode.ABSOLUTE, units, observed_at=moment)
    write_stock(rows=[row], reference=f"D-{hour}", reason="", by=SYSTEM, at=EVENING)


def put_on_show(units: int, *, hour: int) -> None:
    moment = NOON + timedelta(hours=hour)
    moved(units, "ON_HAND>DISPLAY", at=EVENING, observed_at=moment)


# Ten lie there at noon. A thief tells nobody: only a look says what he took.
DAYS = {
    "one stolen, then counted twice": ((sale, 2), (count, 7), (sale, 1), (count, 6)),
    "one stolen before either look": ((count, 9), (sale, 2), (figure, 6), (sale, 1)),
    "looks that find what is expected": ((count, 10), (sale, 2), (count, 8), (sale, 1)),
    "goods put on show": ((put_on_show, 2), (figure, 7), (put_on_show, 3), (sale, 1)),
}


@pytest.mark.parametrize(("day", "left"), [*zip(DAYS, (6, 5, 7, 3), strict=True)])
def test_things_may_be_told_in_any_order(day: str, left: int) -> None:
    shelf(10)
    happened = [
        partial(event, units, hour=hour)
        for hour, (event, units) in enumerate(DAYS[day], start=1)
    ]
    for order in permutations(happened):
        with transaction.atomic():
            for told in order:
                told()
            assert figures() == (left, 0), order
            assert broken(only=LAWS) == set(), order
            transaction.set_rollback(True)
