"""Shelves that ran low, empty and full again: told once a crossing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from inventory.feeds.operations import FeedTerms, import_rows
from inventory.models import Proposal, Run, ShelfState
from inventory.replenishment.operations import watching
from inventory.replenishment.operations.telling import tell_shelves
from inventory.stock.models import LevelChange, StockLevel
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import OutboxFact
from tests.clock import NOON
from tests.inventory.given import place
from tests.inventory.replenishment.given import (
    LAWS,
    came,
    measured,
    policy,
    selling,
    sold,
    supplier,
    told,
    watched,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def watching_has_begun(db: None) -> Iterator[None]:
    """A place that sells two a day, orders at fourteen and has twenty."""
    policy(supplier_code=supplier())
    selling(2, 20)
    measured()
    watched()
    assert names() == []
    yield
    assert broken(only=LAWS) == set()


def names() -> list[str]:
    """What was told of shelves, in order."""
    rows = OutboxFact.objects.filter(subject__startswith="shelf:").order_by("pk")
    return [row.name.removeprefix("inventory.stock_") for row in rows]


def test_each_crossing_is_told_once() -> None:
    for units, so_far in [
        (2, []),
        (4, ["low"]),
        (4, ["low"]),
        (10, ["low", "out"]),
    ]:
        sold(units, at=LATER)
        watched(LATER)
        watched(LATER)
        assert names() == so_far
    came(5, at=LATER)
    watched(LATER)
    came(50, at=LATER)
    watched(LATER)
    assert names() == ["low", "out", "back"]
    assert told("stock_low")[0] | {"occurred_at": ""} == {
        "store_code": "msk-1",
        "sku_code": "S-1",
        "sku_name": told("stock_out")[0]["sku_name"],
        "on_hand": 14,
        "reorder_point": 14,
        "occurred_at": "",
    }


def test_what_comes_and_goes_between_two_looks_is_not_told() -> None:
    sold(20, at=LATER)
    came(20, at=LATER)
    watched(LATER)
    assert names() == []


def test_a_shelf_without_marks_is_there_or_gone() -> None:
    place("spb-1")
    came(1, at=LATER, store="spb-1")
    watched()
    sold(1, at=LATER, store="spb-1")
    watched()
    assert names() == ["out"]


def test_new_marks_tell_what_lies_below_them() -> None:
    policy(supplier_code="svet", least_on_hand=20)
    Run.objects.filter(name__startswith="velocity").delete()
    measured()
    assert names() == ["low"]


def test_stock_that_a_feed_changed_is_seen() -> None:
    rows = [{"store_code": "msk-1", "sku_code": "S-1", "on_hand": 0}]
    import_rows(rows=rows, terms=FeedTerms("stock"), by=SYSTEM, at=LATER)
    watched()
    assert names() == ["out"]


def test_looking_at_the_same_changes_again_tells_nothing() -> None:
    sold(20, at=LATER)
    watched(LATER)
    Run.objects.filter(name=watching.RUN).update(after=0)
    watched(LATER)
    assert names() == ["out"]


def test_a_shelf_that_ran_low_is_proposed_at_once() -> None:
    sold(6, at=LATER)
    watched(LATER)
    outbox.drain()
    assert Proposal.objects.get().quantity == 14


def test_many_shelves_are_told_in_a_few_queries(
    django_assert_max_num_queries: object,
) -> None:
    level = StockLevel.objects.get()
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        tell_shelves([(level.store_id, level.sku_id)] * 500, at=LATER)


def test_a_late_commit_is_not_passed_over() -> None:
    """A key that is missing when later ones are there is looked for until it comes."""
    sold(1, at=LATER)
    newest = LevelChange.objects.latest("pk").pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('inventory_levelchange_id_seq', %s)", [newest + 3])
    came(1, at=LATER)
    watched(LATER)
    run = Run.objects.get(name=watching.RUN)
    missing = f"{{[{newest + 1},{newest + 4})}}"
    assert missing in (run.waited_for, run.noticed)
    late = LevelChange.objects.latest("pk")
    late.pk, late.on_hand = newest + 2, late.reserved + late.safety_stock + 99
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watching, "serve_waits", lambda changes, at: seen.extend(changes))
        late.save(force_insert=True)
        watched(LATER)
        watched(LATER)
    assert [one.steps for one in seen] == [((newest + 2, 99),)]


def test_keys_nobody_will_bring_any_more_are_forgotten() -> None:
    Run.objects.filter(name=watching.RUN).update(
        waited_for="{[1,5)}", noticed="{[7,9)}", until_transaction=10
    )
    watched(LATER)
    run = Run.objects.get(name=watching.RUN)
    assert (run.waited_for, run.noticed) == ("{[7,9)}", "{}")
    assert run.until_transaction > 10
    watched(LATER)
    assert Run.objects.get(name=watching.RUN).waited_for == "{[7,9)}"


def test_states_are_one_row_a_shelf() -> None:
    sold(20, at=LATER)
    watched(LATER)
    state = ShelfState.objects.get()
    assert (state.state, state.on_hand, state.since) == ("OUT", 0, LATER)
