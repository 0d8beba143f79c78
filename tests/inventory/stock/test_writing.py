"""Levels told from outside: absolute as of a moment, by some units, or compared first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.catalogue.models import Sku
from inventory.promises.operations import release_promises, sell_over_promises
from inventory.stock.models import StockLevel, StockMovement
from inventory.stock.operations import (
    StockWrite,
    WriteMode,
    WriteResult,
    adjust_stock,
    receive_stock,
    sell_stock,
    write_stock,
)
from inventory.stock.queries import balance
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.limits import limits
from omniretail.kernel.models import OutboxFact
from tests.clock import NOON
from tests.factories.inventory import ProductFactory, SkuFactory
from tests.inventory.given import allocated, figures, moved, place, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
ERP = Actor(ActorKind.CLIENT, "erp")
SEEN = NOON + timedelta(minutes=10)
LATER = NOON + timedelta(hours=1)
LAWS = {"S1", "S2", "S3", "S4", "S6"}


def absolute(units: int, *, key: str = "1", at: datetime = SEEN, **row: Any) -> StockWrite:
    return _row(key, WriteMode.ABSOLUTE, units, observed_at=at, **row)


def delta(units: int, *, key: str = "1", **row: Any) -> StockWrite:
    return _row(key, WriteMode.DELTA, units, **row)


def swap(expected: int, units: int, *, key: str = "1", **row: Any) -> StockWrite:
    return _row(key, WriteMode.SWAP, units, expected=expected, **row)


def _row(key: str, mode: WriteMode, units: int, **row: Any) -> StockWrite:
    named = {"store_code": "msk-1", "sku_code": "S-1"} | row
    return StockWrite(key=key, mode=mode, units=units, **named)


def write(
    *rows: StockWrite, reference: str = "D-1", by: Actor = ERP, at: datetime = LATER
) -> list[WriteResult]:
    return write_stock(rows=rows, reference=reference, reason="night", by=by, at=at)


def told(results: list[WriteResult]) -> list[str]:
    """What became of each row, in a word."""
    return [one.problem.get("code", str(one.outcome)) for one in results]


def sell(units: int, at: datetime) -> None:
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", units)],
        reference=f"T-{at.isoformat()}",
        by=SYSTEM,
        at=at,
    )


def test_an_absolute_figure_sets_the_level_and_says_who_told_it() -> None:
    stocked(5)
    (result,) = write(absolute(8, key="row-1"))
    assert (result.key, result.outcome, result.on_hand) == ("row-1", "applied", 8)
    movement = StockMovement.objects.get(kind="WRITE")
    assert (movement.quantity, movement.source, movement.target) == (
        3,
        "SHRINKAGE",
        "ON_HAND",
    )
    assert (movement.reference, movement.line, movement.reason) == ("D-1", "row-1", "night")
    assert (movement.actor_key, movement.at) == ("erp", SEEN)
    assert OutboxFact.objects.filter(payload__reference="D-1").count() == 1
    assert broken(only=LAWS) == set()


def test_sales_after_the_observation_are_applied_again() -> None:
    stocked(10)
    sell(2, at=SEEN - timedelta(minutes=1))
    sell(3, at=SEEN + timedelta(minutes=1))
    (result,) = write(absolute(7))
    assert (result.outcome, result.on_hand) == ("applied", 4)
    assert figures() == (4, 0)
    assert balance("msk-1", "S-1", at=SEEN).on_hand == 7
    assert broken(only=LAWS) == set()


def test_goods_of_every_kind_since_the_observation_are_applied_again() -> None:
    stocked(10)
    after = SEEN + timedelta(minutes=1)
    receive_stock(
        store_code="msk-1", lines=[("S-1", 5)], reference="A", by=SYSTEM, at=after
    )
    moved(2, "ON_HAND>DAMAGED", at=after)
    write(delta(-1), reference="goods", at=after)
    assert told(write(absolute(10))) == ["unchanged"]
    assert figures() == (12, 0)


def test_a_figure_is_never_below_nought() -> None:
    stocked(5)
    sell(4, at=SEEN + timedelta(minutes=1))
    (result,) = write(absolute(2))
    assert (result.outcome, result.on_hand) == ("applied", 0)
    assert broken(only=LAWS) == set()


def test_what_somebody_looked_at_since_is_out_of_date() -> None:
    stocked(10)
    seen = SEEN + timedelta(minutes=1)
    adjust_stock(
        store_code="msk-1", sku_code="S-1", on_hand=9, reason="counted", by=SYSTEM, at=seen
    )
    (result,) = write(absolute(10))
    assert result.problem["code"] == "observation_outdated"
    assert result.problem["field"] == "observed_at"
    assert (result.on_hand, result.reserved) == (9, 0)
    assert told(write(absolute(10, at=seen), reference="D-2")) == ["applied"]


def test_writing_off_what_a_till_sold_is_no_look_at_the_shelf() -> None:
    stocked(5)
    allocated(wanted(5))
    lines = [("S-1", 1)]
    sell_over_promises(store_code="msk-1", lines=lines, reference="T-1", by=SYSTEM, at=SEEN)
    late = SEEN + timedelta(minutes=1)
    release_promises(reference="R-1", by=SYSTEM, at=late)
    assert figures() == (4, 0)
    assert told(write(absolute(7))) == ["applied"]
    assert figures() == (7, 0)
    assert broken(only=LAWS) == set()


def test_a_later_figure_is_not_undone_by_one_that_comes_late() -> None:
    stocked(10)
    write(absolute(8, at=SEEN + timedelta(minutes=5)), reference="second")
    assert told(write(absolute(9), reference="first")) == ["observation_outdated"]
    assert figures() == (8, 0)


def test_a_change_adds_and_takes() -> None:
    stocked(5)
    SkuFactory.create(code="S-2")
    results = write(
        delta(-2, key="a"),
        delta(4, key="b", sku_code="S-2"),
    )
    assert [one.on_hand for one in results] == [3, 4]
    kinds = StockMovement.objects.filter(kind="DELTA").order_by("line")
    assert list(kinds.values_list("source", "target")) == [
        ("ON_HAND", "SHRINKAGE"),
        ("SUPPLIER", "ON_HAND"),
    ]
    assert broken(only=LAWS) == set()


def test_a_swap_needs_what_it_expects() -> None:
    stocked(5)
    (refused,) = write(swap(4, 9))
    assert (refused.problem["code"], refused.on_hand) == ("level_changed", 5)
    assert told(write(swap(5, 9))) == ["applied"]
    assert figures() == (9, 0)


def test_nothing_goes_below_what_is_promised() -> None:
    """sylius#9435, from outside."""
    stocked(5)
    allocated(wanted(3))
    for row in (absolute(2), delta(-3), swap(5, 2)):
        (result,) = write(row)
        assert result.problem["code"] == "below_promised"
        assert (result.on_hand, result.reserved) == (5, 3)
    assert figures() == (5, 3)


def test_unchanged_rows_write_nothing() -> None:
    stocked(5)
    SkuFactory.create(code="S-2")
    before = _written()
    rows = [absolute(5), absolute(0, key="2", sku_code="S-2")]
    assert told(write(*rows)) == ["unchanged", "unchanged"]
    assert told(write(swap(5, 5))) == ["unchanged"]
    assert _written() == before
    assert StockLevel.objects.count() == 1


def _written() -> tuple[Any, ...]:
    """Every version of a level and movement there ever was, locks included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(ARRAY[ctid::text, xmin::text, xmax::text] ORDER BY ctid)"
            " FROM inventory_stocklevel"
        )
        return (*cursor.fetchone(), StockMovement.objects.count())


def test_bad_rows_are_refused_beside_good_ones() -> None:
    stocked(5)
    results = write(
        absolute(6, key="good"),
        absolute(1, key="nowhere", store_code="nowhere"),
        absolute(1, key="nothing", sku_code="none"),
        absolute(7, key="again"),
        delta(1, key="good", sku_code="S-2"),
        delta(0, key="nought", sku_code="S-3"),
        swap(1, 1, key="when", sku_code="S-4", observed_at=SEEN),
        _row("what", WriteMode.SWAP, 1, sku_code="S-5"),
        _row("how-many", WriteMode.ABSOLUTE, -1, observed_at=SEEN, sku_code="S-6"),
        absolute(1, key="ahead", at=LATER + timedelta(seconds=1), sku_code="S-7"),
        absolute(1, key="old", at=LATER - timedelta(days=31), sku_code="S-8"),
    )
    assert told(results) == [
        "applied",
        "store_not_found",
        "sku_not_found",
        "written_twice",
        "key_twice",
        "write_unclear",
        "write_unclear",
        "write_unclear",
        "quantity_out_of_range",
        "observed_too_far_off",
        "observed_too_far_off",
    ]
    assert results[3].problem["first"] == "good"
    assert figures() == (6, 0)


def test_the_same_rows_again_change_nothing() -> None:
    stocked(5)
    SkuFactory.create(code="S-2")
    SkuFactory.create(code="S-3")
    rows = [
        absolute(8, key="a"),
        delta(4, key="b", sku_code="S-2"),
        swap(0, 3, key="c", sku_code="S-3"),
    ]
    first = write(*rows)
    sell(1, at=LATER)
    again = write(*rows, at=LATER + timedelta(minutes=1))
    assert told(first) == told(again) == ["applied"] * 3
    assert [one.is_repeated for one in again] == [True] * 3
    assert figures() == (7, 0)
    assert StockMovement.objects.filter(reference="D-1").count() == 3


def test_a_key_that_was_used_for_something_else_is_refused() -> None:
    stocked(5)
    write(delta(2))
    assert told(write(delta(3))) == ["already_recorded"]
    assert told(write(delta(2), by=SYSTEM)) == ["already_recorded"]
    assert figures() == (7, 0)
    write(swap(7, 9))
    assert told(write(swap(9, 12))) == ["already_recorded"]
    assert figures() == (9, 0)


def test_large_requests_land_in_batches_with_a_fixed_number_of_statements() -> None:
    place()
    product = ProductFactory.create()
    codes = [f"S-{number:05}" for number in range(limits().stock_write_batch + 10)]
    Sku.objects.bulk_create(
        Sku(code=code, product=product, name=code, tax_rate=20) for code in codes
    )

    def count(rows: list[StockWrite], reference: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            results = write(*rows, reference=reference)
        assert {one.outcome for one in results} == {"applied"}
        return len(queries)

    rows = [absolute(3, key=code, sku_code=code) for code in codes]
    few = count(rows[:5], "few")
    many = count([delta(2, key=code, sku_code=code) for code in codes[:1000]], "many")
    two = count([delta(1, key=code, sku_code=code) for code in codes], "two")
    assert few == many
    assert two == 2 * few
    assert broken(only=LAWS) == set()
