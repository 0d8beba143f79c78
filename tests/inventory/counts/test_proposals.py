"""What is to be counted today, and how true the levels were."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from inventory.counts.models import CountSession
from inventory.counts.operations import (
    ProposedAlready,
    approve_count,
    propose_counts,
    propose_everywhere,
)
from inventory.counts.queries import accuracy_by_store, accuracy_of, count_view, riskiest
from inventory.counts.tasks import propose_daily_counts
from inventory.promises.operations import write_off_short
from inventory.stock.operations import sell_stock
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from stores.network.queries import get_store
from tests.clock import NOON
from tests.inventory.counts.given import BOSS, EVENING, LATER, LAWS, counted, seen, shelf
from tests.inventory.given import allocated, place, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
TOMORROW = NOON + timedelta(days=1)


def first(limit: int = 9) -> list[str]:
    found = riskiest(get_store("msk-1"), at=EVENING, limit=limit)
    return [one.sku_code for one in found]


def test_dear_goods_come_first() -> None:
    shelf(10, sku="S-1", price="10.00")
    shelf(10, sku="S-2", price="20.00")
    shelf(1, sku="S-3", price="30.00")
    assert first() == ["S-2", "S-1", "S-3"]
    assert first(1) == ["S-2"]


def test_goods_that_sell_come_before_those_that_lie() -> None:
    shelf(100, sku="S-1")
    shelf(90, sku="S-2")
    lines = [("S-2", 20)]
    sell_stock(store_code="msk-1", lines=lines, reference="T", by=SYSTEM, at=LATER)
    assert first() == ["S-2", "S-1"]


def test_what_a_picker_did_not_find_comes_first_until_it_is_counted() -> None:
    shelf(10, sku="S-2")
    shelf(9, sku="S-1")
    allocated(wanted(1))
    terms = {"line": "1", "quantity": 1, "by": SYSTEM, "at": NOON}
    write_off_short(reference="R-1", **terms)  # type: ignore[arg-type]
    assert first() == ["S-1", "S-2"]
    number = counted(7)
    assert first() == ["S-2"]
    approve_count(number=number, by=BOSS, at=EVENING)
    assert first() == ["S-2", "S-1"]


def test_the_list_of_a_day_is_made_once_and_asks_for_work() -> None:
    for n in range(15):
        shelf(n + 1, sku=f"S-{n}")
    number = propose_counts(store_code="msk-1", by=SYSTEM, at=NOON)
    assert number is not None
    view = count_view(number)
    assert (view.kind, view.articles, view.lines[0].sku_code) == ("DIRECTED", 12, "S-14")
    with pytest.raises(ProposedAlready):
        propose_counts(store_code="msk-1", by=SYSTEM, at=LATER)
    assert broken(only=LAWS) == set()


def test_who_asks_for_the_list_again_hears_that_it_is_made_not_that_all_is_well() -> None:
    shelf(3)
    assert propose_counts(store_code="msk-1", by=SYSTEM, at=NOON)
    with pytest.raises(ProposedAlready):
        propose_counts(store_code="msk-1", by=SYSTEM, at=LATER)
    assert propose_counts(store_code="msk-1", by=SYSTEM, at=TOMORROW)


def test_a_list_nobody_began_gives_way_to_todays() -> None:
    shelf(3)
    (number,) = propose_everywhere(at=NOON)
    assert propose_everywhere(at=LATER) == []
    (following,) = propose_everywhere(at=TOMORROW)
    assert CountSession.objects.get(number=number).status == "CANCELLED"
    seen(following, 2, at=TOMORROW)
    assert propose_everywhere(at=TOMORROW + timedelta(days=1)) == []
    assert CountSession.objects.get(number=following).status == "OPEN"


def test_the_clock_makes_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf(3)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    propose_daily_counts()
    (session,) = CountSession.objects.all()
    assert (session.status, session.opened_at) == ("OPEN", NOON)


def test_there_is_no_list_at_night() -> None:
    shelf(3)
    assert propose_everywhere(at=NOON.replace(hour=1)) == []


def test_a_place_without_goods_has_no_list() -> None:
    place("msk-1")
    assert propose_counts(store_code="msk-1", by=SYSTEM, at=NOON) is None


def test_accuracy_is_that_of_the_approved_counts_of_the_period() -> None:
    shelf(10)
    number = counted(8)
    period: Any = {"starts_at": NOON, "ends_at": TOMORROW}
    assert accuracy_of("msk-1", **period) is None
    approve_count(number=number, by=BOSS, at=EVENING)
    (row,) = accuracy_by_store(**period)
    assert (row.store_code, row.currency, row.counts) == ("msk-1", "RUB", 1)
    found = row.accuracy
    assert found.lines == 0
    assert found.units == found.value == Decimal("0.8")
    assert (found.net_units, found.net_value) == (-2, Decimal("-200.00"))
    assert accuracy_by_store(starts_at=TOMORROW, ends_at=TOMORROW) == []
    assert accuracy_of("spb-1", **period) is None
