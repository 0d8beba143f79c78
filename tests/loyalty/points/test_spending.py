"""Points as a tender, and back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from loyalty.identity.models import Customer
from loyalty.identity.queries import CustomerNotFound
from loyalty.points.models import Account, Entry, Lot
from loyalty.points.operations import (
    AlreadyRedeemed,
    NotEnoughPoints,
    PointsShareExceeded,
    TooManyReversed,
    expire_due,
    grant_points,
    redeem_points,
    reverse_redemption,
)
from loyalty.points.queries import (
    NoPointsInCurrency,
    balance,
    movements,
    quote_redemption,
    worth_of,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import OutboxFact
from omniretail.kernel.money import Money
from tests.clock import NOON
from tests.lawbook import broken
from tests.loyalty.conftest import Grant

LATER = NOON + timedelta(days=400)


def redeem(anna: Customer, points: int, order: str = "R-1", **rest: object) -> None:
    redeem_points(
        customer_number=anna.number,
        points=points,
        reference=order,
        by=SYSTEM,
        at=NOON,
        **rest,  # type: ignore[arg-type]
    )


def reverse(points: int | None = None, key: str | None = None, order: str = "R-1") -> int:
    return reverse_redemption(reference=order, points=points, key=key, by=SYSTEM, at=NOON)


def holds() -> bool:
    return not broken(only={"L1", "L2", "L3", "L4", "O6"})


def test_points_are_spent_from_the_lot_that_ends_first(
    anna: Customer, grant: Grant
) -> None:
    grant_points(
        customer_number=anna.number,
        points=50,
        reference="early",
        by=SYSTEM,
        at=NOON - timedelta(days=100),
    )
    grant(50)
    redeem(anna, 60)
    left = dict(Lot.objects.values_list("reference", "remaining"))
    assert left == {"early": 0, "G-1": 40}
    assert balance(anna.number).active == 40
    assert holds()


def test_more_than_the_balance_is_refused(anna: Customer, grant: Grant) -> None:
    grant(100)
    with pytest.raises(NotEnoughPoints) as refusal:
        redeem(anna, 101)
    assert refusal.value.facts == {"wanted": 101, "balance": 100}


@pytest.mark.parametrize("points", [0, -5])
def test_no_points_or_fewer_are_refused(anna: Customer, grant: Grant, points: int) -> None:
    grant(100)
    with pytest.raises(NotEnoughPoints):
        redeem(anna, points)


def test_points_pay_only_for_their_share_of_the_purchase(
    anna: Customer, grant: Grant
) -> None:
    grant(1000)
    total = Money(Decimal(1000), "RUB")
    with pytest.raises(PointsShareExceeded):
        redeem(anna, 501, total=total)
    redeem(anna, 500, total=total)
    assert balance(anna.number).active == 500


def test_the_same_redemption_told_twice_has_one_effect(
    anna: Customer, grant: Grant
) -> None:
    grant(100)
    redeem(anna, 30)
    redeem(anna, 30)
    assert balance(anna.number).active == 70
    with pytest.raises(AlreadyRedeemed):
        redeem(anna, 40)


def test_cancelling_gives_each_lot_back_what_it_gave(anna: Customer, grant: Grant) -> None:
    grant(50)
    grant(50)
    redeem(anna, 80)
    assert reverse() == 80
    assert reverse() == 0
    assert list(Lot.objects.values_list("remaining", flat=True)) == [50, 50]
    assert balance(anna.number).active == 100
    assert holds()


def test_parts_come_back_once_per_occasion(anna: Customer, grant: Grant) -> None:
    grant(100)
    redeem(anna, 80)
    assert reverse(30, key="RT-1") == 30
    assert reverse(30, key="RT-1") == 30
    assert balance(anna.number).active == 50
    with pytest.raises(TooManyReversed):
        reverse(51, key="RT-2")
    assert reverse() == 50
    assert balance(anna.number).active == 100
    assert holds()


def test_a_declined_order_may_spend_points_anew(anna: Customer, grant: Grant) -> None:
    grant(100)
    redeem(anna, 80)
    reverse()
    redeem(anna, 60)
    assert balance(anna.number).active == 40
    assert reverse() == 60
    assert balance(anna.number).active == 100
    assert holds()


def test_reversing_what_was_never_spent_does_nothing(anna: Customer) -> None:
    assert reverse(order="R-none") == 0


def test_points_given_back_after_their_end_live_for_the_grace_period(
    anna: Customer, grant: Grant
) -> None:
    grant(100)
    redeem(anna, 60)
    expire_due(at=LATER, limit=10)
    assert balance(anna.number).active == 0
    reverse_redemption(reference="R-1", by=SYSTEM, at=LATER)
    lot = Lot.objects.get()
    assert (lot.remaining, lot.status) == (60, "ACTIVE")
    assert lot.expires_at == LATER + timedelta(days=30)
    expire_due(at=LATER + timedelta(days=31), limit=10)
    assert balance(anna.number).active == 0
    assert Entry.objects.filter(kind="EXPIRE").count() == 2
    assert holds()


def test_ended_points_cannot_be_spent_even_before_the_nightly_task(
    anna: Customer, grant: Grant
) -> None:
    grant(100)
    with pytest.raises(NotEnoughPoints):
        redeem_points(
            customer_number=anna.number, points=1, reference="R-1", by=SYSTEM, at=LATER
        )


def test_an_unknown_customer_is_not_found(db: None) -> None:
    with pytest.raises(CustomerNotFound):
        redeem_points(
            customer_number="C-NONE", points=1, reference="R-1", by=SYSTEM, at=NOON
        )
    assert not Account.objects.exists()


def test_worth_and_quote(anna: Customer, grant: Grant) -> None:
    grant(300)
    amount = Money(Decimal("999.90"), "RUB")
    quote = quote_redemption(customer_number=anna.number, amount=amount)
    assert (quote.points, quote.worth) == (300, Money(Decimal(300), "RUB"))
    assert balance("C-NONE").worth == Money.zero("RUB")
    with pytest.raises(NoPointsInCurrency):
        worth_of(1, "JPY")


def test_every_movement_is_told_and_listed(anna: Customer, grant: Grant) -> None:
    grant(100)
    redeem(anna, 30)
    told = OutboxFact.objects.filter(name="loyalty.points_changed").order_by("id")
    assert [(f.payload["kind"], f.payload["balance"]) for f in told] == [
        ("EARN", 0),
        ("ACTIVATE", 100),
        ("REDEEM", 70),
    ]
    assert [m.points for m in movements(anna.number)] == [-30, 100, 0]
    assert movements(anna.number, before=movements(anna.number)[1].key)[0].kind == "EARN"
