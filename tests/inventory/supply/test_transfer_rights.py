"""Who asks for goods, gives them, sends and receives them, and records a loss."""

import pytest

from inventory.supply.operations import (
    Counted,
    NotYourOwnLoss,
    NotYourOwnTransfer,
    ReasonMissing,
    TransferNotFound,
    WrongEnd,
    approve_transfer,
    cancel_transfer,
    dispatch_transfer,
    write_off_transfer,
)
from omniretail.kernel.actors import SYSTEM
from stores.people.queries import NotYourRole
from tests.clock import NOON
from tests.inventory.given import place
from tests.inventory.supply.given import (
    line_of,
    requested,
    sent,
    staff,
    take_in,
    two_places,
)

pytestmark = pytest.mark.django_db


def test_a_clerk_moves_a_few_units_alone() -> None:
    two_places()
    clerk = staff("msk-1")
    number = requested(10, by=clerk)
    approve_transfer(number=number, by=clerk, at=NOON)
    dispatch_transfer(number=number, by=clerk, at=NOON)
    take_in(number, Counted("S-1", 10), by=staff("spb-1"))
    assert line_of(number)[0] == "RECEIVED"


def test_many_units_are_approved_by_a_manager_who_did_not_ask() -> None:
    two_places(20)
    clerk, manager = staff("msk-1"), staff("msk-1", "STORE_MANAGER")
    number = requested(11, by=manager)
    with pytest.raises(NotYourRole):
        approve_transfer(number=number, by=clerk, at=NOON)
    with pytest.raises(NotYourOwnTransfer):
        approve_transfer(number=number, by=manager, at=NOON)
    approve_transfer(number=number, by=staff("msk-1", "STORE_MANAGER"), at=NOON)
    assert line_of(number)[0] == "APPROVED"


def test_each_end_does_its_own_part() -> None:
    two_places()
    here, there = staff("msk-1"), staff("spb-1")
    number = requested(4, by=there)
    with pytest.raises(WrongEnd):
        approve_transfer(number=number, by=there, at=NOON)
    approve_transfer(number=number, by=here, at=NOON)
    with pytest.raises(WrongEnd):
        dispatch_transfer(number=number, by=there, at=NOON)
    dispatch_transfer(number=number, by=here, at=NOON)
    with pytest.raises(WrongEnd):
        take_in(number, Counted("S-1", 4), by=here)


def test_a_foreign_transfer_is_absent() -> None:
    two_places()
    place("kzn-1")
    stranger = staff("kzn-1", "STORE_MANAGER")
    number = requested(4)
    with pytest.raises(TransferNotFound):
        approve_transfer(number=number, by=stranger, at=NOON)
    with pytest.raises(TransferNotFound):
        cancel_transfer(number=number, reason="x", by=stranger, at=NOON)
    with pytest.raises(TransferNotFound):
        requested(4, by=stranger)


def test_a_loss_is_recorded_by_a_manager_of_the_target_who_did_not_send() -> None:
    two_places(20)
    number = sent(12)
    with pytest.raises(NotYourRole):
        write_off_transfer(number=number, reason="x", by=staff("spb-1"), at=NOON)
    with pytest.raises(NotYourOwnLoss):
        write_off_transfer(number=number, reason="x", by=SYSTEM, at=NOON)
    boss = staff("spb-1", "STORE_MANAGER")
    with pytest.raises(ReasonMissing):
        write_off_transfer(number=number, reason="", by=boss, at=NOON)
    write_off_transfer(number=number, reason="Stolen", by=boss, at=NOON)
    assert line_of(number) == ("CLOSED_SHORT", 12, 0, 12, 0)
