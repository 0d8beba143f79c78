"""What was wrong is taken back by a new movement, once."""

import pytest

from inventory.stock.models import StockMovement
from inventory.stock.operations import (
    AlreadyReversed,
    Moved,
    MovementNotFound,
    NotEnoughStock,
    NotReversible,
    adjust_stock,
    reverse_movement,
    sell_stock,
)
from inventory.stock.queries import reversible
from omniretail.kernel.actors import SYSTEM, Actor
from omniretail.kernel.limits import limits
from stores.people.queries import NotInYourStore, NotYourRole
from tests.clock import NOON
from tests.inventory.given import allocated, figures, lying, moved, place, stocked, wanted
from tests.inventory.stock.test_placing import clerk
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


def take_back(movement: int, *, by: Actor = SYSTEM) -> Moved:
    return reverse_movement(movement=movement, reason="by mistake", by=by, at=NOON)


def last() -> int:
    return StockMovement.objects.latest("pk").pk


def test_a_reversal_is_a_new_movement_that_points_back() -> None:
    stocked(5)
    (wrong,) = moved(2, "ON_HAND>DAMAGED", reference="M-1").movements
    (back,) = take_back(wrong).movements
    row = StockMovement.objects.get(pk=back)
    assert (row.kind, row.reference, row.reverses_id) == ("REVERSAL", "M-1", wrong)
    assert (row.source, row.target, row.quantity) == ("DAMAGED", "ON_HAND", 2)
    assert lying() == {"ON_HAND": 5}
    assert broken(only={"S1", "S4", "S6", "S6b"}) == set()


def test_a_movement_is_taken_back_once_and_a_reversal_never() -> None:
    stocked(5)
    (wrong,) = moved(2, "ON_HAND>DAMAGED").movements
    (back,) = take_back(wrong).movements
    with pytest.raises(AlreadyReversed):
        take_back(wrong)
    with pytest.raises(NotReversible):
        take_back(back)
    assert lying() == {"ON_HAND": 5}


def test_units_that_are_gone_cannot_come_back() -> None:
    stocked(5)
    (wrong,) = moved(2, "ON_HAND>DAMAGED").movements
    moved(1, "DAMAGED>SHRINKAGE")
    with pytest.raises(NotEnoughStock):
        take_back(wrong)
    assert lying() == {"ON_HAND": 3, "DAMAGED": 1}


def test_units_promised_meanwhile_stay() -> None:
    stocked(3)
    adjust_stock(
        store_code="msk-1", sku_code="S-1", reason="found", delta=2, by=SYSTEM, at=NOON
    )
    found = last()
    allocated(wanted(4))
    with pytest.raises(NotEnoughStock):
        take_back(found)
    assert figures() == (5, 4)


def test_documents_undo_their_own_movements() -> None:
    stocked(5)
    with pytest.raises(NotReversible):
        take_back(last())
    sell_stock(store_code="msk-1", lines=[("S-1", 1)], reference="T", by=SYSTEM, at=NOON)
    with pytest.raises(NotReversible):
        take_back(last())
    with pytest.raises(MovementNotFound):
        take_back(0)


def test_a_clerk_takes_back_a_small_move_of_their_own_only() -> None:
    stocked(100)
    anna, igor, boss = clerk(), clerk(), clerk("STORE_MANAGER")
    small, large = limits().own_reversal_units, limits().own_reversal_units + 1
    (mine,) = moved(small, "ON_HAND>DAMAGED", by=anna).movements
    (much,) = moved(large, "ON_HAND>DAMAGED", by=anna).movements
    assert reversible([mine, much], by=anna, at=NOON) == {mine}
    assert reversible([mine, much], by=igor, at=NOON) == set()
    assert reversible([mine, much], by=boss, at=NOON) == {mine, much}
    with pytest.raises(NotYourRole):
        take_back(mine, by=igor)
    with pytest.raises(NotYourRole):
        take_back(much, by=anna)
    take_back(mine, by=anna)
    assert reversible([mine, much], by=boss, at=NOON) == {much}
    take_back(much, by=boss)
    assert lying() == {"ON_HAND": 100}


def test_another_shop_s_movement_is_absent() -> None:
    stocked(5)
    place("spb-1")
    (wrong,) = moved(2, "ON_HAND>DAMAGED").movements
    with pytest.raises(NotInYourStore):
        take_back(wrong, by=clerk("STORE_MANAGER", store="spb-1"))
