"""What happens between counting and approval does not spoil the count."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inventory.counts.operations import (
    approve_count,
    finish_count,
    settle_short,
    settle_short_counts,
)
from inventory.counts.queries import count_view
from inventory.promises.operations import release_promises, write_off_short
from inventory.stock.operations import (
    Placement,
    adjust_stock,
    move_units,
    receive_stock,
    restock_return,
    reverse_movement,
    sell_stock,
)
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.counts.given import (
    BOSS,
    EVENING,
    LATER,
    LAWS,
    counted,
    line_of,
    opened,
    seen,
    shelf,
)
from tests.inventory.given import allocated, figures, held, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
TEATIME = LATER + timedelta(hours=1)


def test_goods_between_counting_and_approval_change_nothing() -> None:
    shelf(10)
    number = counted(8)
    sell_stock(
        store_code="msk-1", lines=[("S-1", 3)], reference="T1", by=SYSTEM, at=TEATIME
    )
    receive_stock(
        store_code="msk-1", lines=[("S-1", 5)], reference="D1", by=SYSTEM, at=TEATIME
    )
    back = [("S-1", 1, "RESTOCK")]
    restock_return(store_code="msk-1", lines=back, reference="B1", by=SYSTEM, at=TEATIME)
    held(wanted(2), at=TEATIME, ends_at=EVENING)
    approve_count(number=number, by=BOSS, at=EVENING)
    assert figures() == (8 - 3 + 5 + 1, 2)
    assert line_of(number).variance == -2


def test_a_sale_before_the_count_that_is_told_later_changes_nothing() -> None:
    """A till without network sold two at twelve; the shelf was counted at one."""
    shelf(10)
    number = counted(8)
    lines = [("S-1", 2)]
    sell_stock(store_code="msk-1", lines=lines, reference="T1", by=SYSTEM, at=NOON)
    approve_count(number=number, by=BOSS, at=EVENING)
    assert figures() == (8, 0)
    assert line_of(number).variance == 0


@pytest.mark.parametrize("units", [7, 9, 12])
@pytest.mark.parametrize("is_whole", [True, False])
def test_an_adjustment_meanwhile_is_not_made_twice(units: int, is_whole: bool) -> None:
    """Whoever says how many there are has looked later than the count, and is believed;
    whoever says by how many units the level is off has found what the count found."""
    shelf(10)
    number = counted(8)
    terms: dict[str, Any] = {"store_code": "msk-1", "sku_code": "S-1", "reason": "counted"}
    said = {"on_hand": units} if is_whole else {"delta": units - 10}
    adjust_stock(**terms | said, by=SYSTEM, at=TEATIME)
    approve_count(number=number, by=BOSS, at=EVENING)
    assert figures() == (units if is_whole else 8, 0)


def test_a_unit_that_a_till_found_meanwhile_is_not_found_twice() -> None:
    shelf(1)
    sell_stock(store_code="msk-1", lines=[("S-1", 1)], reference="T0", by=SYSTEM, at=NOON)
    number = counted(1)
    lines = [("S-1", 1)]
    sell_stock(
        store_code="msk-1",
        lines=lines,
        reference="T1",
        by=SYSTEM,
        at=TEATIME,
        as_fact=True,
    )
    approve_count(number=number, by=BOSS, at=EVENING)
    assert figures() == (0, 0)


@pytest.mark.parametrize("moved_at", [NOON, TEATIME])
def test_a_movement_that_was_taken_back_never_happened(moved_at: datetime) -> None:
    """It lay on the shelf all the time."""
    shelf(10)
    number = opened()

    def put_aside() -> int:
        line = Placement("S-1", 1, "ON_HAND", "DAMAGED")
        return move_units(
            store_code="msk-1", lines=[line], reason="BROKEN", by=SYSTEM, at=moved_at
        ).movements[0]

    movement = put_aside() if moved_at < LATER else 0
    for _round in range(2):
        seen(number, 10)
        if finish_count(number=number, by=SYSTEM, at=LATER) != "RECOUNT":
            break
    movement = movement or put_aside()
    reverse_movement(movement=movement, reason="x", by=SYSTEM, at=EVENING)
    if count_view(number).status == "COUNTED":
        approve_count(number=number, by=BOSS, at=EVENING)
    assert figures() == (10, 0)
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize("is_older_first", [True, False])
def test_two_counts_of_one_shelf_find_a_loss_once(is_older_first: bool) -> None:
    shelf(10)
    older, newer = counted(8), counted(7, at=TEATIME)
    order = (older, newer) if is_older_first else (newer, older)
    for number in order:
        approve_count(number=number, by=BOSS, at=EVENING)
    assert figures() == (7, 0)
    assert broken(only=LAWS) == set()


def test_what_is_promised_stays_and_is_told_as_short() -> None:
    shelf(10)
    number = counted(6)
    allocated(wanted(8))
    approve_count(number=number, by=BOSS, at=EVENING)
    line = line_of(number)
    assert (line.variance, line.posted, line.short) == (-4, -2, 2)
    assert figures() == (8, 8)
    assert settle_short(number=number, by=SYSTEM, at=EVENING) == 2
    release_promises(reference="R-1", by=SYSTEM, at=EVENING)
    assert settle_short_counts(at=EVENING) == 0
    assert figures() == (6, 0)
    assert (line_of(number).posted, line_of(number).short) == (-4, 0)
    assert broken(only=LAWS) == set()


def test_what_a_picker_wrote_off_is_not_taken_again() -> None:
    shelf(10)
    number = counted(6)
    allocated(wanted(8))
    approve_count(number=number, by=BOSS, at=EVENING)
    terms = {"line": "1", "quantity": 2, "by": SYSTEM, "at": EVENING}
    write_off_short(reference="R-1", **terms)  # type: ignore[arg-type]
    assert settle_short(number=number, by=SYSTEM, at=EVENING) == 0
    assert figures() == (6, 6)
    assert line_of(number).posted == -2
    assert broken(only=LAWS) == set()
