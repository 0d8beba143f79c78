"""Whose word about a shelf is the last: a count's, or that of somebody after it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from inventory.counts.operations import approve_count, settle_short_counts
from inventory.promises.operations import release_promises, sell_over_promises
from inventory.stock.models import StockMovement
from inventory.stock.operations import (
    StockWrite,
    WriteMode,
    adjust_stock,
    reverse_movement,
    write_stock,
)
from omniretail.kernel.actors import SYSTEM
from tests.inventory.counts.given import (
    BOSS,
    EVENING,
    LATER,
    LAWS,
    counted,
    line_of,
    shelf,
)
from tests.inventory.given import allocated, figures, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
NIGHT = EVENING + timedelta(hours=1)
MORNING = EVENING + timedelta(hours=12)


def take_back() -> None:
    """Somebody takes back what the count did to the level."""
    movement = StockMovement.objects.get(kind="ADJUSTMENT")
    reverse_movement(movement=movement.pk, reason="x", by=SYSTEM, at=NIGHT)


def look_again() -> None:
    """Somebody finds three boxes behind the shelf: there are nine."""
    adjust_stock(
        store_code="msk-1", sku_code="S-1", on_hand=9, reason="x", by=SYSTEM, at=NIGHT
    )


def tell() -> None:
    """Another system has seen nine."""
    row = StockWrite("1", "msk-1", "S-1", WriteMode.ABSOLUTE, 9, observed_at=NIGHT)
    write_stock(rows=[row], reference="W-1", reason="x", by=SYSTEM, at=NIGHT)


@pytest.mark.parametrize(
    ("happens", "on_hand"), [(take_back, 10), (look_again, 9), (tell, 9)]
)
def test_what_was_short_is_not_taken_from_a_level_that_was_put_right_since(
    happens: Callable[[], None], on_hand: int
) -> None:
    shelf(10)
    number = counted(6)
    allocated(wanted(8))
    approve_count(number=number, by=BOSS, at=EVENING)
    assert (line_of(number).short, figures()) == (2, (8, 8))
    happens()
    release_promises(reference="R-1", by=SYSTEM, at=MORNING)
    assert settle_short_counts(at=MORNING) == 0
    assert figures() == (on_hand, 0)
    assert (line_of(number).posted, line_of(number).short) == (-2, 0)
    assert broken(only=LAWS) == set()


def test_units_that_a_till_sold_are_nobodys_word_about_the_shelf() -> None:
    """Five are left of ten; a till sells one of them that was promised, four stay."""
    shelf(10)
    number = counted(5)
    allocated(wanted(8))
    approve_count(number=number, by=BOSS, at=EVENING)
    lines = [("S-1", 1)]
    terms = {"store_code": "msk-1", "reference": "T-1", "by": SYSTEM, "at": NIGHT}
    sell_over_promises(lines=lines, **terms)  # type: ignore[arg-type]
    release_promises(reference="R-1", by=SYSTEM, at=MORNING)
    assert settle_short_counts(at=MORNING) == 0
    assert figures() == (4, 0)
    assert broken(only=LAWS) == set()


def test_an_older_count_is_believed_where_a_newer_one_was_taken_back() -> None:
    shelf(10)
    older, newer = counted(8), counted(3, at=LATER + timedelta(hours=1))
    approve_count(number=newer, by=BOSS, at=EVENING)
    take_back()
    assert figures() == (10, 0)
    approve_count(number=older, by=BOSS, at=MORNING)
    assert figures() == (8, 0)
    assert broken(only=LAWS) == set()
