"""Serialised units come with deliveries and travel between places by their numbers."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from inventory.stock.operations import SerialElsewhere, SerialsWanted
from inventory.supply.operations import (
    AlreadyReceived,
    Condition,
    Counted,
    MoreThanAsked,
    Wanted,
    approve_transfer,
    dispatch_transfer,
    receive_order,
    receive_transfer,
    request_transfer,
    write_off_transfer,
)
from inventory.supply.queries import receipt_view
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import place
from tests.inventory.serials.given import LAWS, come, phone, steps, unnamed, where
from tests.inventory.supply.given import BOSS, ordered
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
DAMAGED = Condition.DAMAGED


@pytest.fixture(autouse=True)
def _laws_hold_after_each_test(db: None) -> Iterator[None]:
    yield
    assert broken(only=LAWS) == set()


def sent(*numbers: str, units: int | None = None) -> str:
    """Moscow sends units to Petersburg."""
    place("spb-1")
    quantity = len(numbers) if units is None else units
    number = request_transfer(
        source_code="msk-1",
        target_code="spb-1",
        lines=[Wanted("S-1", quantity)],
        by=SYSTEM,
        at=NOON,
    )
    approve_transfer(number=number, by=BOSS, at=NOON)
    serials = {"S-1": numbers} if numbers else None
    dispatch_transfer(number=number, serials=serials, by=BOSS, at=NOON)
    return number


def arrived(
    number: str,
    *numbers: str,
    units: int | None = None,
    condition: Condition = Condition.GOOD,
) -> str:
    """They come to Petersburg."""
    quantity = len(numbers) if units is None else units
    line = Counted("S-1", quantity, condition, numbers)
    return receive_transfer(number=number, lines=[line], by=BOSS, at=NOON)


def test_an_order_comes_by_its_numbers_damaged_ones_too() -> None:
    place()
    phone()
    number = ordered(3)
    lines = [
        Counted("S-1", 2, serials=("A", "B")),
        Counted("S-1", 1, DAMAGED, ("C",)),
    ]
    receipt = receive_order(number=number, lines=lines, by=SYSTEM, at=NOON)
    assert (where("A"), where("C")) == ("msk-1 ON_HAND", "msk-1 QUARANTINE")
    shown = receipt_view(receipt).lines
    assert [line.serials for line in shown] == [("A", "B"), ("C",)]


def test_what_comes_damaged_is_named_as_well() -> None:
    place()
    phone()
    with pytest.raises(SerialsWanted) as caught:
        come("A", units=2, condition=DAMAGED)
    assert caught.value.facts["scanned"] == 1


def test_a_unit_travels_by_its_number() -> None:
    come("A", "B", "C")
    number = sent("A", "B")
    assert where("A") == "IN_TRANSIT"
    with pytest.raises(SerialElsewhere), transaction.atomic():
        arrived(number, "C")
    arrived(number, "B")
    assert (where("A"), where("B")) == ("IN_TRANSIT", "spb-1 ON_HAND")
    arrived(number, "A", condition=DAMAGED)
    assert where("A") == "spb-1 QUARANTINE"
    assert steps("A")[1:] == ["MOVED ON_HAND>IN_TRANSIT", "MOVED IN_TRANSIT>QUARANTINE"]


def test_another_unit_under_the_same_reference_is_refused() -> None:
    come("A", "B")
    number = sent("A", "B")

    def told(serial: str) -> str:
        line = Counted("S-1", 1, serials=(serial,))
        return receive_transfer(
            number=number, lines=[line], reference="note", by=BOSS, at=NOON
        )

    first = told("A")
    assert told(" a ") == first
    with pytest.raises(AlreadyReceived), transaction.atomic():
        told("B")
    assert (where("A"), where("B")) == ("spb-1 ON_HAND", "IN_TRANSIT")


def test_units_leave_by_their_numbers() -> None:
    come("A", "B")
    with pytest.raises(SerialsWanted), transaction.atomic():
        sent(units=2)
    with pytest.raises(SerialsWanted), transaction.atomic():
        sent("A", units=2)
    come("X", store="spb-2")
    with pytest.raises(SerialElsewhere), transaction.atomic():
        sent("A", "X")


def test_numbers_of_goods_that_do_not_leave_are_refused() -> None:
    come("A")
    place("spb-1")
    number = request_transfer(
        source_code="msk-1",
        target_code="spb-1",
        lines=[Wanted("S-1", 1)],
        by=SYSTEM,
        at=NOON,
    )
    approve_transfer(number=number, by=BOSS, at=NOON)
    with pytest.raises(MoreThanAsked), transaction.atomic():
        dispatch_transfer(
            number=number, serials={"S-1": ["A"], "S-9": ["B"]}, by=BOSS, at=NOON
        )


def test_all_that_was_sent_is_here_without_scanning_again() -> None:
    come("A", "B")
    number = sent("A", "B")
    with pytest.raises(SerialsWanted), transaction.atomic():
        arrived(number, units=1)
    arrived(number, units=2)
    assert where("A") == where("B") == "spb-1 ON_HAND"


def noted(number: str, *lines: Counted) -> str:
    """Petersburg receives what its note says."""
    return receive_transfer(number=number, lines=lines, reference="note", by=BOSS, at=NOON)


def test_what_was_sent_and_is_here_is_told_again_without_scanning() -> None:
    come("A", "B", "C")
    number = sent("A", "B", "C")
    first = noted(number, Counted("S-1", 3))
    assert noted(number, Counted("S-1", 3)) == first
    assert noted(number, Counted("S-1", 3, serials=("C", "a", "B"))) == first
    with pytest.raises(AlreadyReceived), transaction.atomic():
        noted(number, Counted("S-1", 3, DAMAGED, serials=("A", "B", "C")))
    assert where("A") == where("B") == where("C") == "spb-1 ON_HAND"


def test_another_count_of_what_was_sent_is_not_the_same_receipt() -> None:
    come("A", "B")
    number = sent("A", "B")
    first = noted(number, Counted("S-1", 1, serials=("A",)))
    with pytest.raises(AlreadyReceived), transaction.atomic():
        noted(number, Counted("S-1", 1))
    with pytest.raises(SerialsWanted), transaction.atomic():
        noted(number, Counted("S-1", 2))
    assert noted(number, Counted("S-1", 1, serials=("a",))) == first


def test_a_unit_of_another_transfer_did_not_come_with_this_one() -> None:
    come("A", "B")
    first = sent("A")
    second = sent("B")
    with pytest.raises(SerialElsewhere) as caught, transaction.atomic():
        arrived(second, "A")
    assert caught.value.facts["reference"] == first


def test_what_is_lost_on_the_way_is_missing_until_it_comes_after_all() -> None:
    come("A", "B")
    number = sent("A", "B")
    arrived(number, "B")
    write_off_transfer(number=number, reason="lost", by=BOSS, at=NOON)
    assert where("A") == "SHRINKAGE"
    arrived(number, "A")
    assert where("A") == "spb-1 ON_HAND"


def test_units_that_were_never_scanned_get_their_names_when_they_are_sent() -> None:
    unnamed(2)
    number = sent("A", "B")
    arrived(number, units=2)
    assert where("A") == "spb-1 ON_HAND"
