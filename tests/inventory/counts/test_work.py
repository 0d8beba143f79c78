"""Counts put work into the queue and take it out."""

import pytest

from inventory.counts.operations import (
    approve_count,
    cancel_count,
    finish_count,
    recount,
    settle_short,
)
from inventory.counts.queries import counts_at
from inventory.promises.operations import release_promises
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM
from stores.work.models import WorkItem
from tests.inventory.counts.given import BOSS, EVENING, LATER, opened, seen, shelf
from tests.inventory.given import allocated, stocked, wanted

pytestmark = pytest.mark.django_db


def queue() -> list[tuple[str, int]]:
    outbox.drain()
    rows = WorkItem.objects.open().order_by("pk")
    return [(item.kind, item.units) for item in rows]


def test_each_step_asks_for_the_next() -> None:
    shelf(10)
    shelf(5, sku="S-2")
    number = opened("S-1", "S-2")
    assert queue() == [("COUNT", 2)]
    item = WorkItem.objects.get()
    assert (item.title[-4:], item.url_name) == (" + 1", "tablet-count")
    seen(number, 6)
    seen(number, 5, sku="S-2")
    finish_count(number=number, by=SYSTEM, at=LATER)
    assert queue() == [("RECOUNT", 1)]
    seen(number, 6)
    finish_count(number=number, by=SYSTEM, at=LATER)
    assert [kind for kind, _units in queue()] == ["VARIANCE"]
    recount(number=number, by=BOSS, at=LATER)
    assert queue() == [("RECOUNT", 1)]
    seen(number, 6)
    finish_count(number=number, by=SYSTEM, at=LATER)
    allocated(wanted(8))
    approve_count(number=number, by=BOSS, at=EVENING)
    assert queue() == [("SHORT", 2)]
    release_promises(reference="R-1", by=SYSTEM, at=EVENING)
    settle_short(number=number, by=SYSTEM, at=EVENING)
    assert queue() == []


def test_a_zone_is_named_by_itself() -> None:
    shelf(1)
    opened(zone="Window")
    assert queue() == [("COUNT", 0)]
    assert WorkItem.objects.get().title == "Window"


def test_work_is_called_off_with_its_count() -> None:
    shelf(10)
    number = opened()
    seen(number, 6)
    finish_count(number=number, by=SYSTEM, at=LATER)
    cancel_count(number=number, reason="x", by=BOSS, at=LATER)
    assert queue() == []


def test_the_list_says_how_far_each_count_is() -> None:
    shelf(10)
    stocked(4, sku="S-2")
    number = opened("S-1", "S-2")
    seen(number, 9)
    (row,) = counts_at("msk-1")
    assert (row.number, row.articles, row.counted_articles) == (number, 2, 1)
