"""Goods told of after somebody has looked at the shelf: a look speaks for what was before
it, and it does not matter which of the two is told first."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inventory.catalogue.models import Sku
from inventory.counts.operations import (
    approve_count,
    cancel_count,
    settle_short_counts,
)
from inventory.counts.queries import count_view
from inventory.promises.operations import release_promises, sell_over_promises
from inventory.promises.queries import live_promises
from inventory.stock.models import StockLevel, StockMovement
from inventory.stock.operations import (
    NotEnoughStock,
    StockWrite,
    WriteMode,
    adjust_stock,
    reverse_movement,
    sell_stock,
    write_stock,
)
from inventory.stock.queries import balance
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from tests.clock import NOON
from tests.inventory.counts.given import (
    BOSS,
    EVENING,
    counted,
    line_of,
    shelf,
)
from tests.inventory.given import allocated, figures, kit, lying, moved, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
ONE = NOON + timedelta(hours=1)
TWO = NOON + timedelta(hours=2)
LAWS = {"S1", "S2", "S3", "S4", "S6", "C1", "C2"}


def told(
    units: int = 2, *, sold_at: datetime = NOON, at: datetime = TWO, **how: Any
) -> None:
    """A till tells what it sold."""
    sale: dict[str, Any] = {
        "store_code": "msk-1",
        "lines": [("S-1", units)],
        "reference": f"T-{sold_at.isoformat()}",
        "by": SYSTEM,
        "at": at,
        "observed_at": sold_at,
    } | how
    try:
        sell_stock(**sale)
    except NotEnoughStock:
        sell_over_promises(**sale)
    assert broken(only=LAWS) == set()


def approved(units: int, *, counted_at: datetime = ONE) -> str:
    number = counted(units, at=counted_at)
    if count_view(number).status == "COUNTED":
        approve_count(number=number, by=BOSS, at=TWO)
    return number


def written(units: int, *, mode: WriteMode = WriteMode.ABSOLUTE, **how: Any) -> list[str]:
    moment = {"observed_at": ONE} if mode is WriteMode.ABSOLUTE else {}
    row = StockWrite("1", "msk-1", "S-1", mode, units, **moment | how)
    results = write_stock(rows=[row], reference="D-1", reason="", by=SYSTEM, at=TWO)
    return [one.problem.get("code", str(one.outcome)) for one in results]


def corrected(**how: Any) -> None:
    adjust_stock(
        store_code="msk-1", sku_code="S-1", reason="counted", by=SYSTEM, at=ONE, **how
    )


def looked_at() -> datetime | None:
    return StockLevel.objects.get().looked_at


# ── looks ────────────────────────────────────────────────────────────────────────


def test_a_count_has_missed_what_a_till_tells_of_later() -> None:
    shelf(10)
    approved(8)
    told(2)
    assert figures() == (8, 0)
    assert looked_at() == ONE
    back, gone = StockMovement.objects.order_by("-pk")[:2][::-1]
    assert (back.kind, back.target, back.quantity) == ("ADJUSTMENT", "ON_HAND", 2)
    assert (gone.kind, gone.target, gone.quantity) == ("SALE", "CUSTOMER", 2)
    assert back.at == gone.at == NOON


def test_a_count_that_found_what_was_expected_speaks_as_well() -> None:
    """Ten were on paper and ten are there, although two were sold: two were too many."""
    shelf(10)
    approved(10)
    told(2)
    assert figures() == (10, 0)


def test_a_figure_with_its_moment_is_a_look() -> None:
    stocked(10)
    assert written(8) == ["applied"]
    told(2)
    assert figures() == (8, 0)


def test_a_figure_in_place_of_an_expected_one_is_a_look() -> None:
    stocked(10)
    assert written(8, mode=WriteMode.SWAP, expected=10) == ["applied"]
    told(2, at=TWO + timedelta(hours=1))
    assert figures() == (8, 0)


def test_a_level_that_somebody_corrects_was_looked_at() -> None:
    stocked(10)
    corrected(on_hand=8)
    told(2)
    assert figures() == (8, 0)


def test_what_says_nothing_of_the_whole_level_is_no_look() -> None:
    stocked(10)
    corrected(delta=-1)
    written(-1, mode=WriteMode.DELTA)
    corrected(safety_stock=1)
    told(2)
    assert (figures(), looked_at()) == ((6, 0), None)


def test_a_figure_that_changes_nothing_is_not_remembered() -> None:
    """It writes nothing, and leaves the level too low at worst."""
    stocked(10)
    assert written(10) == ["unchanged"]
    told(2)
    assert figures() == (8, 0)


def test_clocks_may_differ_a_little() -> None:
    """What was sold just before the look may have been sold just after it."""
    apart = limits().clocks_apart
    shelf(10)
    approved(8)
    told(1, sold_at=ONE - apart)
    told(1, sold_at=ONE - apart - timedelta(seconds=1))
    assert figures() == (7, 0)


def test_what_was_sold_after_the_look_leaves() -> None:
    shelf(10)
    approved(8)
    told(2, sold_at=ONE + timedelta(minutes=30))
    assert figures() == (6, 0)


def test_a_figure_older_than_a_count_that_changed_nothing_is_outdated() -> None:
    shelf(10)
    approved(10)
    assert written(8, observed_at=ONE - timedelta(minutes=1)) == ["observation_outdated"]
    assert written(9, observed_at=ONE + timedelta(minutes=1)) == ["applied"]


def test_a_count_that_is_called_off_was_no_look() -> None:
    shelf(10)
    cancel_count(number=counted(8), reason="x", by=BOSS, at=TWO)
    told(2)
    assert (figures(), looked_at()) == ((8, 0), None)


def test_once_a_look_is_taken_back_nobody_has_looked() -> None:
    shelf(10)
    number = approved(8)
    look = StockMovement.objects.get(reference=number)
    reverse_movement(movement=look.pk, reason="x", by=SYSTEM, at=TWO)
    told(2)
    assert (figures(), looked_at()) == ((8, 0), None)


def test_a_statement_of_the_moment_between_shows_what_lay_there() -> None:
    shelf(10)
    approved(8)
    told(2)
    assert balance("msk-1", "S-1", at=NOON).on_hand == 10
    assert balance("msk-1", "S-1", at=TWO).on_hand == 8


# ── promises ─────────────────────────────────────────────────────────────────────


def test_what_a_look_has_missed_takes_nothing_from_promises() -> None:
    shelf(10)
    approved(8)
    allocated(wanted(8))
    told(2)
    assert figures() == (8, 8)
    (slip,) = live_promises("R-1")
    assert slip.uncovered == 0


def test_a_receipt_of_which_one_article_was_looked_at_since() -> None:
    """The other is promised to somebody, who lacks it."""
    shelf(10)
    stocked(1, sku="S-2")
    approved(8)
    allocated(wanted(8), wanted(1, sku="S-2", line="2"))
    told(lines=[("S-1", 2), ("S-2", 1)])
    assert (figures(), figures(sku="S-2")) == ((8, 8), (1, 1))
    lacking = {slip.sku_code: slip.uncovered for slip in live_promises("R-1")}
    assert lacking == {"S-1": 0, "S-2": 1}


def test_what_the_count_could_not_take_is_taken_once() -> None:
    """Ten are promised and eight are there: the till says why, but that is no news."""
    shelf(10)
    allocated(wanted(10))
    number = approved(8)
    told(2)
    assert (figures(), line_of(number).short) == ((10, 10), 2)
    release_promises(reference="R-1", by=SYSTEM, at=EVENING)
    settle_short_counts(at=EVENING)
    assert (figures(), line_of(number).short) == ((8, 0), 0)
    assert broken(only=LAWS) == set()


# ── kits, units with numbers ─────────────────────────────────────────────────────


def test_of_a_kit_only_the_part_that_was_looked_at_stays() -> None:
    shelf(10)
    stocked(10, sku="S-2")
    approved(8)
    kit(parts={"S-1": 1, "S-2": 2})
    told(lines=[("K-1", 2)])
    assert (figures(), figures(sku="S-2")) == ((8, 0), (6, 0))


def test_a_unit_with_a_number_leaves_from_a_shelf_that_was_counted_without_it() -> None:
    shelf(2)
    Sku.objects.filter(code="S-1").update(is_serialised=True)
    approved(1)
    told(1, serials={"S-1": ["SN-1"]})
    assert figures() == (1, 0)
    assert broken(only=LAWS | {"S10"}) == set()


# ── what is moved, and taken back ────────────────────────────────────────────────


def test_an_older_look_is_taken_back_after_a_newer_one() -> None:
    """Whoever looked later saw what is there, whatever the older one is worth."""
    shelf(10)
    number = approved(8)
    look = StockMovement.objects.get(reference=number)
    approved(8, counted_at=ONE + timedelta(minutes=30))
    reverse_movement(movement=look.pk, reason="x", by=SYSTEM, at=TWO)
    assert figures() == (8, 0)
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize(
    ("way", "on_hand"), [("ON_HAND>DISPLAY", 8), ("DISPLAY>ON_HAND", 12)]
)
def test_what_a_tablet_tells_late_was_seen_by_a_count(way: str, on_hand: int) -> None:
    shelf(13)
    moved(3, "ON_HAND>DISPLAY")
    approved(on_hand)
    moved(2, way, at=TWO, observed_at=NOON)
    assert figures() == (on_hand, 0)
    assert lying()["DISPLAY"] == (5 if on_hand == 8 else 1)
    assert broken(only=LAWS) == set()


def test_moved_goods_are_taken_back_after_a_count_that_saw_the_shelf() -> None:
    """They lay on the shelf all the time, and were counted there."""
    shelf(10)
    (movement,) = moved(2, "ON_HAND>DISPLAY").movements
    approved(10)
    reverse_movement(movement=movement, reason="x", by=SYSTEM, at=TWO)
    assert (figures(), lying().get("DISPLAY")) == ((10, 0), None)
    assert broken(only=LAWS) == set()
