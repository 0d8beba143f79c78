"""How promises end: consumed, released, short, moved or expired."""

from datetime import timedelta

import pytest
from time_machine import travel

from inventory.promises.models import Promise
from inventory.promises.operations import (
    HoldEnded,
    MoreThanPromised,
    NotEnoughStock,
    PromiseNotFound,
    confirm_holds,
    consume_promises,
    end_payment,
    expire_holds,
    move_promises,
    release_promises,
    start_payment,
    write_off_short,
)
from inventory.promises.queries import live_promises, promises_at
from inventory.promises.tasks import expire_overdue_holds
from inventory.stock.models import StockMovement
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import OutboxFact
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, figures, held, stocked, wanted

pytestmark = pytest.mark.django_db


def statuses() -> list[tuple[str, int]]:
    return list(Promise.objects.order_by("pk").values_list("status", "quantity"))


def test_a_consumed_promise_takes_its_units_out_of_the_level() -> None:
    stocked(5)
    allocated(wanted(2))
    consume_promises(reference="R-1", lines={"1": 2}, by=SYSTEM, at=NOON)
    assert figures() == (3, 0)
    assert statuses() == [("CONSUMED", 2)]
    movement = StockMovement.objects.get(kind="SALE")
    assert (movement.quantity, movement.source, movement.target) == (
        2,
        "ON_HAND",
        "CUSTOMER",
    )


def test_consuming_tells_the_new_figures() -> None:
    stocked(5)
    allocated(wanted(2))
    consume_promises(reference="R-1", lines={"1": 2}, by=SYSTEM, at=NOON)
    payload = OutboxFact.objects.filter(name="inventory.stock_moved").latest("pk").payload
    assert (payload["on_hand"], payload["available_to_promise"]) == (3, 3)


def test_part_of_a_promise_may_be_consumed_and_the_rest_later() -> None:
    stocked(5)
    allocated(wanted(3))
    consume_promises(reference="R-1", lines={"1": 1}, by=SYSTEM, at=NOON)
    assert figures() == (4, 2)
    assert [slip.quantity for slip in live_promises("R-1")] == [2]
    consume_promises(reference="R-1", lines={"1": 2}, by=SYSTEM, at=NOON)
    assert figures() == (2, 0)
    assert statuses() == [("CONSUMED", 1), ("CONSUMED", 2)]


def test_consuming_twice_is_refused() -> None:
    stocked(5)
    allocated(wanted(2))
    consume_promises(reference="R-1", lines={"1": 2}, by=SYSTEM, at=NOON)
    with pytest.raises(PromiseNotFound):
        consume_promises(reference="R-1", lines={"1": 2}, by=SYSTEM, at=NOON)
    assert figures() == (3, 0)


def test_more_than_was_promised_is_not_consumed() -> None:
    stocked(5)
    allocated(wanted(2))
    with pytest.raises(MoreThanPromised):
        consume_promises(reference="R-1", lines={"1": 3}, by=SYSTEM, at=NOON)


def test_a_release_gives_the_units_back_once() -> None:
    stocked(5)
    allocated(wanted(2), wanted(1, line="2"))
    assert release_promises(reference="R-1", lines=["1"], by=SYSTEM, at=NOON) == 2
    assert figures() == (5, 1)
    assert release_promises(reference="R-1", by=SYSTEM, at=NOON) == 1
    assert release_promises(reference="R-1", by=SYSTEM, at=NOON) == 0
    assert figures() == (5, 0)


def test_units_not_found_leave_the_level_and_the_promise() -> None:
    stocked(5)
    allocated(wanted(3))
    write_off_short(reference="R-1", line="1", quantity=2, by=SYSTEM, at=NOON)
    assert figures() == (3, 1)
    assert statuses() == [("RELEASED", 2), ("ALLOCATED", 1)]
    movement = StockMovement.objects.get(kind="SHORT_PICK")
    assert (movement.quantity, movement.target) == (2, "SHRINKAGE")


def test_moved_promises_stand_at_the_other_place() -> None:
    stocked(2)
    stocked(2, store="spb-1")
    allocated(wanted(2))
    move_promises(
        reference="R-1", lines=["1"], demands=[wanted(2, store="spb-1")], by=SYSTEM, at=NOON
    )
    assert figures() == (2, 0)
    assert figures("spb-1") == (2, 2)
    (slip,) = promises_at("spb-1", "S-1")
    assert (slip.reference, slip.owner) == ("R-1", "order:R-1")


def test_a_move_that_cannot_be_kept_leaves_all_as_it_was() -> None:
    stocked(2)
    stocked(1, store="spb-1")
    allocated(wanted(2))
    with pytest.raises(NotEnoughStock):
        move_promises(
            reference="R-1",
            lines=["1"],
            demands=[wanted(2, store="spb-1")],
            by=SYSTEM,
            at=NOON,
        )
    assert figures() == (2, 2)
    assert statuses() == [("ALLOCATED", 2)]


def test_a_hold_expires_at_its_end_and_not_before() -> None:
    stocked(5)
    held(wanted(3))
    assert expire_holds(at=SOON - timedelta(seconds=1)) == []
    assert expire_holds(at=SOON) == ["cart-1"]
    assert figures() == (5, 0)
    assert statuses() == [("EXPIRED", 3)]


def test_the_clock_ends_holds_by_itself() -> None:
    stocked(5)
    held(wanted(3))
    with travel(SOON + timedelta(seconds=1), tick=False):
        expire_overdue_holds()
    assert statuses() == [("EXPIRED", 3)]


def test_a_hold_waits_for_its_payment() -> None:
    stocked(5)
    held(wanted(3))
    start_payment(reference="cart-1", by=SYSTEM, at=NOON)
    assert expire_holds(at=SOON + timedelta(hours=1)) == []
    end_payment(reference="cart-1", by=SYSTEM, at=NOON)
    assert expire_holds(at=SOON + timedelta(hours=1)) == ["cart-1"]


def test_a_confirmed_hold_never_expires() -> None:
    stocked(5)
    held(wanted(3))
    start_payment(reference="cart-1", by=SYSTEM, at=NOON)
    (slip,) = confirm_holds(reference="cart-1", by=SYSTEM, at=NOON)
    assert (slip.status, slip.ends_at) == ("ALLOCATED", None)
    assert expire_holds(at=SOON + timedelta(days=1)) == []
    assert figures() == (5, 3)


def test_a_hold_that_ended_is_neither_paid_nor_confirmed() -> None:
    stocked(5)
    held(wanted(3))
    expire_holds(at=SOON)
    with pytest.raises(HoldEnded):
        start_payment(reference="cart-1", by=SYSTEM, at=SOON)
    with pytest.raises(HoldEnded):
        confirm_holds(reference="cart-1", by=SYSTEM, at=SOON)


def test_consuming_one_line_leaves_its_neighbour_reserved() -> None:
    stocked(5)
    allocated(wanted(2), wanted(2, line="2"))
    consume_promises(reference="R-1", lines={"2": 2}, by=SYSTEM, at=NOON)
    assert figures() == (3, 2)
    assert [slip.line for slip in live_promises("R-1")] == ["1"]
