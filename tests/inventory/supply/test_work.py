"""Transfers and deliveries stand in the queue of whoever has to act."""

import pytest

from inventory.supply.operations import (
    Counted,
    approve_transfer,
    cancel_transfer,
    close_purchase_order,
    dispatch_transfer,
    receive_delivery,
    write_off_transfer,
)
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM
from stores.work.models import WorkItem
from tests.clock import NOON
from tests.inventory.supply.given import (
    BOSS,
    announced,
    ordered,
    requested,
    sent,
    staff,
    take_in,
    two_places,
)

pytestmark = pytest.mark.django_db


def queue() -> list[tuple[str, str, str, int]]:
    """What is open: kind, place, the other place, units."""
    outbox.drain()
    items = WorkItem.objects.open().order_by("pk")
    return list(items.values_list("kind", "store__code", "customer_name", "units"))


def test_a_large_transfer_goes_from_approval_to_receipt() -> None:
    two_places(20)
    number = requested(12)
    assert queue() == [("APPROVE", "msk-1", "Spb-1", 12)]
    approve_transfer(number=number, by=BOSS, at=NOON)
    assert queue() == [("DISPATCH", "msk-1", "Spb-1", 12)]
    dispatch_transfer(number=number, units={"S-1": 11}, by=SYSTEM, at=NOON)
    assert queue() == [("RECEIVE", "spb-1", "Msk-1", 11)]
    take_in(number, Counted("S-1", 5))
    assert queue() == [("RECEIVE", "spb-1", "Msk-1", 11)]
    clerk = staff("spb-1")
    take_in(number, Counted("S-1", 6), by=clerk)
    assert queue() == []
    assert WorkItem.objects.get(kind="RECEIVE").done_by == clerk.key


def test_a_small_transfer_needs_no_approval() -> None:
    two_places()
    requested(4)
    assert queue() == []


def test_a_loss_ends_the_waiting_and_a_cancellation_the_sending() -> None:
    two_places(20)
    number = sent(4)
    write_off_transfer(number=number, reason="x", by=SYSTEM, at=NOON)
    assert queue() == []
    number = requested(4)
    approve_transfer(number=number, by=SYSTEM, at=NOON)
    assert [row[0] for row in queue()] == ["DISPATCH"]
    cancel_transfer(number=number, reason="x", by=SYSTEM, at=NOON)
    assert queue() == []


def test_an_announced_delivery_waits_for_whoever_receives_it() -> None:
    number = ordered()
    note = announced(number, 4)
    announced(number, 3, "N-2")
    assert queue() == [("RECEIVE", "msk-1", "Свет", 4), ("RECEIVE", "msk-1", "Свет", 3)]
    receive_delivery(number=note, lines=[Counted("S-1", 4)], by=SYSTEM, at=NOON)
    assert queue() == [("RECEIVE", "msk-1", "Свет", 3)]
    close_purchase_order(number=number, reason="No more", by=SYSTEM, at=NOON)
    assert queue() == []
