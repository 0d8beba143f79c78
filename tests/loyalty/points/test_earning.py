"""Points come with goods and go back with them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from loyalty.identity.models import Customer
from loyalty.points.models import Entry, Lot
from loyalty.points.operations import (
    LineBase,
    NoPointsToGive,
    activate_due,
    claw_back,
    earn_points,
    expire_due,
    grant_points,
    redeem_points,
    reverse_redemption,
)
from loyalty.points.queries import balance
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.lawbook import broken
from tests.loyalty.conftest import Grant

ACTIVE_AT = NOON + timedelta(days=14)
POINT_LAWS = {"L1", "L2", "L3", "L4", "O6"}


def earn(
    anna: Customer, *bases: object, fulfilment: str = "F-1", currency: str = "RUB"
) -> int:
    lines = [LineBase(line, Decimal(str(base))) for line, base in enumerate(bases, 1)]
    return earn_points(
        customer_number=anna.number,
        reference=fulfilment,
        order_number="R-1",
        lines=lines,
        currency=currency,
        by=SYSTEM,
        at=NOON,
    ).points


def give_up(anna: Customer, *lines: tuple[int, object], number: str = "RT-1") -> int:
    return claw_back(
        customer_number=anna.number,
        reference=number,
        order_number="R-1",
        lines=[LineBase(line, Decimal(str(base))) for line, base in lines],
        by=SYSTEM,
        at=NOON,
    )


def have(anna: Customer) -> tuple[int, int, int]:
    now = balance(anna.number)
    return now.active, now.pending, now.debt


def holds() -> bool:
    return not broken(only=POINT_LAWS)


def test_points_wait_become_spendable_and_end(anna: Customer) -> None:
    assert earn(anna, 1000, 500) == 45
    assert have(anna) == (0, 45, 0)
    assert activate_due(at=ACTIVE_AT - timedelta(seconds=1), limit=10) == 0
    assert activate_due(at=ACTIVE_AT, limit=10) == 1
    assert have(anna) == (45, 0, 0)
    assert expire_due(at=ACTIVE_AT + timedelta(days=365), limit=10) == 1
    assert have(anna) == (0, 0, 0)
    assert holds()


def test_a_collection_told_twice_earns_once(anna: Customer) -> None:
    assert earn(anna, 1000) == earn(anna, 1000) == 30
    assert have(anna) == (0, 30, 0)


def test_a_small_purchase_earns_nothing_and_opens_no_lot(anna: Customer) -> None:
    assert earn(anna, 33) == 0
    assert not Lot.objects.exists()
    assert holds()


def test_a_currency_without_terms_earns_nothing(anna: Customer) -> None:
    assert earn(anna, 1000, currency="KZT") == 0


def test_a_return_takes_waiting_points_in_proportion(anna: Customer) -> None:
    earn(anna, 1000, 500)
    assert give_up(anna, (1, 250)) == 8
    assert give_up(anna, (1, 250)) == 8
    assert have(anna) == (0, 37, 0)
    assert give_up(anna, (1, 750), (2, 500), number="RT-2") == 37
    assert have(anna) == (0, 0, 0)
    assert Lot.objects.get().status == "SPENT"
    assert holds()


def test_a_return_takes_other_points_before_it_makes_a_debt(
    anna: Customer, grant: Grant
) -> None:
    earn(anna, 1000)
    activate_due(at=ACTIVE_AT, limit=10)
    redeem_points(
        customer_number=anna.number, points=30, reference="R-2", by=SYSTEM, at=NOON
    )
    grant(10)
    assert give_up(anna, (1, 1000)) == 30
    assert have(anna) == (0, 0, 20)
    assert Entry.objects.get(kind="DEBT").debt == 20
    assert holds()


def test_a_debt_is_paid_by_the_next_points(anna: Customer, grant: Grant) -> None:
    test_a_return_takes_other_points_before_it_makes_a_debt(anna, grant)
    grant_points(
        customer_number=anna.number, points=50, reference="late", by=SYSTEM, at=NOON
    )
    assert have(anna) == (30, 0, 0)
    assert holds()


def test_points_given_back_pay_the_debt_first(anna: Customer) -> None:
    earn(anna, 1000)
    activate_due(at=ACTIVE_AT, limit=10)
    redeem_points(
        customer_number=anna.number, points=30, reference="R-2", by=SYSTEM, at=NOON
    )
    give_up(anna, (1, 500))
    assert have(anna) == (0, 0, 15)
    reverse_redemption(reference="R-2", by=SYSTEM, at=NOON)
    assert have(anna) == (15, 0, 0)
    assert holds()


def test_a_return_before_the_delivery_is_known_costs_its_points_then(
    anna: Customer,
) -> None:
    assert give_up(anna, (1, 1000)) == 0
    earn(anna, 1000, 500)
    assert have(anna) == (0, 15, 0)
    assert holds()


def test_lines_of_several_parcels_are_one_line(anna: Customer) -> None:
    earn(anna, 100, fulfilment="F-1")
    earn(anna, 100, fulfilment="F-2")
    assert have(anna) == (0, 6, 0)
    assert give_up(anna, (1, 100), (1, 100)) == 6
    assert holds()


def test_a_gift_is_given_once_and_is_something(anna: Customer, grant: Grant) -> None:
    for _again in range(2):
        grant_points(
            customer_number=anna.number, points=50, reference="x", by=SYSTEM, at=NOON
        )
    assert have(anna) == (50, 0, 0)
    with pytest.raises(NoPointsToGive):
        grant(0)


def test_a_batch_is_bounded(anna: Customer) -> None:
    earn(anna, 1000)
    assert activate_due(at=ACTIVE_AT, limit=0) == 0
    assert have(anna) == (0, 30, 0)
