"""Goods go from one place to another, and are never at both ends."""

import pytest

from inventory.promises.operations import sell_over_promises
from inventory.promises.queries import live_promises
from inventory.stock.models import StockMovement
from inventory.stock.operations import sell_stock
from inventory.supply.operations import (
    AlreadyReceived,
    Condition,
    Counted,
    MoreThanAsked,
    MoreThanSent,
    NotEnoughStock,
    NothingListed,
    NotInTransfer,
    NotSentYet,
    ReasonMissing,
    SamePlace,
    Wanted,
    approve_transfer,
    cancel_transfer,
    dispatch_transfer,
    request_transfer,
    write_off_transfer,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models.outbox import OutboxFact
from omniretail.kernel.states import IllegalTransition
from tests.clock import NOON
from tests.inventory.given import figures
from tests.inventory.supply.given import (
    LAWS,
    approved,
    line_of,
    requested,
    sent,
    take_in,
    two_places,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
DAMAGED = Condition.DAMAGED


def test_a_request_keeps_nothing_yet() -> None:
    two_places()
    number = requested(4)
    assert line_of(number) == ("REQUESTED", 0, 0, 0, 0)
    assert figures() == (10, 0)


def test_an_approval_keeps_the_goods_at_the_source() -> None:
    two_places()
    number = approved(4)
    assert figures() == (10, 4)
    (slip,) = live_promises(number)
    assert (slip.owner, slip.quantity) == (f"transfer:{number}", 4)
    with pytest.raises(NotEnoughStock):
        sell_stock(
            store_code="msk-1", lines=[("S-1", 7)], reference="till", by=SYSTEM, at=NOON
        )


def test_goods_that_are_sent_are_at_neither_end() -> None:
    two_places()
    number = sent(4)
    assert figures() == (6, 0)
    assert line_of(number) == ("DISPATCHED", 4, 0, 0, 4)
    move = StockMovement.objects.get(reference=number)
    assert (move.source, move.target, move.reason) == ("ON_HAND", "IN_TRANSIT", "spb-1")
    assert broken(only=LAWS) == set()


def test_what_comes_is_on_hand_at_the_target() -> None:
    two_places()
    number = sent(4)
    take_in(number, Counted("S-1", 4))
    assert line_of(number) == ("RECEIVED", 4, 4, 0, 0)
    assert figures(store="spb-1") == (4, 0)
    assert broken(only=LAWS) == set()


def test_what_does_not_come_stays_on_the_road() -> None:
    two_places()
    number = sent(4)
    take_in(number, Counted("S-1", 1))
    assert line_of(number) == ("PARTLY_RECEIVED", 4, 1, 0, 3)
    take_in(number, Counted("S-1", 3))
    assert line_of(number) == ("RECEIVED", 4, 4, 0, 0)
    assert broken(only=LAWS) == set()


def test_damaged_goods_go_to_quarantine() -> None:
    two_places()
    number = sent(4)
    take_in(number, Counted("S-1", 3), Counted("S-1", 1, DAMAGED))
    assert line_of(number) == ("RECEIVED", 4, 4, 0, 0)
    assert figures(store="spb-1") == (3, 0)
    assert StockMovement.objects.filter(target="QUARANTINE").get().quantity == 1
    assert broken(only=LAWS) == set()


def test_a_loss_closes_the_transfer_and_a_late_receipt_opens_the_loss() -> None:
    two_places()
    number = sent(4)
    take_in(number, Counted("S-1", 1))
    write_off_transfer(number=number, reason="Parcel torn", by=SYSTEM, at=NOON)
    assert line_of(number) == ("CLOSED_SHORT", 4, 1, 3, 0)
    assert broken(only=LAWS) == set()
    take_in(number, Counted("S-1", 1), Counted("S-1", 1, DAMAGED))
    assert line_of(number) == ("CLOSED_SHORT", 4, 3, 1, 0)
    take_in(number, Counted("S-1", 1))
    assert line_of(number) == ("RECEIVED", 4, 4, 0, 0)
    assert figures(store="spb-1") == (3, 0)
    assert broken(only=LAWS) == set()


def test_a_part_may_be_lost_while_the_rest_is_awaited() -> None:
    two_places()
    number = sent(4)
    write_off_transfer(
        number=number, reason="Fell off", units={"S-1": 1}, by=SYSTEM, at=NOON
    )
    assert line_of(number) == ("DISPATCHED", 4, 0, 1, 3)
    take_in(number, Counted("S-1", 4))
    assert line_of(number) == ("RECEIVED", 4, 4, 0, 0)
    assert broken(only=LAWS) == set()


def test_fewer_may_be_approved_and_fewer_sent() -> None:
    two_places()
    number = requested(6)
    approve_transfer(number=number, units={"S-1": 5}, by=SYSTEM, at=NOON)
    dispatch_transfer(number=number, units={"S-1": 2}, by=SYSTEM, at=NOON)
    assert line_of(number) == ("DISPATCHED", 2, 0, 0, 2)
    assert figures() == (8, 0)
    assert live_promises(number) == []


@pytest.mark.parametrize("units", [{"S-1": 7}, {"S-2": 1}, {"S-1": -1}])
def test_no_more_is_approved_than_asked(units: dict[str, int]) -> None:
    two_places()
    number = requested(6)
    with pytest.raises(MoreThanAsked):
        approve_transfer(number=number, units=units, by=SYSTEM, at=NOON)


def test_nothing_is_approved_that_is_not_there() -> None:
    two_places(3)
    number = requested(4)
    with pytest.raises(NotEnoughStock):
        approve_transfer(number=number, by=SYSTEM, at=NOON)


def test_a_cancelled_transfer_gives_back_what_was_kept() -> None:
    two_places()
    number = approved(4)
    with pytest.raises(ReasonMissing):
        cancel_transfer(number=number, reason=" ", by=SYSTEM, at=NOON)
    cancel_transfer(number=number, reason="Not needed", by=SYSTEM, at=NOON)
    assert figures() == (10, 0)
    with pytest.raises(IllegalTransition):
        dispatch_transfer(number=number, by=SYSTEM, at=NOON)


def test_goods_on_the_road_cannot_be_cancelled_or_sent_again() -> None:
    two_places()
    number = sent(4)
    with pytest.raises(IllegalTransition):
        cancel_transfer(number=number, reason="Too late", by=SYSTEM, at=NOON)
    with pytest.raises(IllegalTransition):
        dispatch_transfer(number=number, by=SYSTEM, at=NOON)


def test_no_more_comes_than_was_sent() -> None:
    two_places()
    number = sent(4)
    with pytest.raises(MoreThanSent) as refusal:
        take_in(number, Counted("S-1", 3), Counted("S-1", 2))
    assert refusal.value.field == "lines/0/quantity"
    take_in(number, Counted("S-1", 4))
    with pytest.raises(MoreThanSent):
        take_in(number, Counted("S-1", 1))


def test_what_was_not_sent_does_not_come() -> None:
    two_places()
    two_places(1, sku="S-2")
    with pytest.raises(NotSentYet):
        take_in(approved(4), Counted("S-1", 1))
    with pytest.raises(NotInTransfer):
        take_in(sent(4), Counted("S-2", 1))


def test_the_same_reference_is_received_once() -> None:
    two_places()
    number = sent(4)
    first = take_in(number, Counted("S-1", 1), reference="note-7")
    assert take_in(number, Counted("S-1", 1), reference="note-7") == first
    assert line_of(number) == ("PARTLY_RECEIVED", 4, 1, 0, 3)
    with pytest.raises(AlreadyReceived):
        take_in(number, Counted("S-1", 2), reference="note-7")


def test_goods_do_not_go_where_they_are() -> None:
    two_places()
    with pytest.raises(SamePlace):
        request_transfer(
            source_code="msk-1",
            target_code="msk-1",
            lines=[Wanted("S-1", 1)],
            by=SYSTEM,
            at=NOON,
        )
    with pytest.raises(NothingListed):
        request_transfer(
            source_code="msk-1", target_code="spb-1", lines=[], by=SYSTEM, at=NOON
        )


def test_every_step_is_told() -> None:
    two_places()
    number = sent(4)
    take_in(number, Counted("S-1", 4))
    names = OutboxFact.objects.filter(subject=f"transfer:{number}").order_by("sequence")
    assert list(names.values_list("name", flat=True)) == [
        "inventory.transfer_requested",
        "inventory.transfer_approved",
        "inventory.transfer_dispatched",
        "inventory.transfer_received",
    ]


@pytest.mark.parametrize("leaves", [0, 2])
def test_what_a_till_sold_of_it_is_missing_here_and_was_never_on_the_road(
    leaves: int,
) -> None:
    two_places(4)
    number = approved(4)
    sold = [("S-1", 1)]
    sell_over_promises(store_code="msk-1", lines=sold, reference="T-1", by=SYSTEM, at=NOON)
    if leaves:
        dispatch_transfer(number=number, units={"S-1": leaves}, by=SYSTEM, at=NOON)
    else:
        cancel_transfer(number=number, reason="sold out", by=SYSTEM, at=NOON)
    assert figures() == (3 - leaves, 0)
    assert line_of(number)[1:] == (leaves, 0, 0, leaves)
    assert broken(only=LAWS) == set()
