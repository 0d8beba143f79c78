"""A unit with a serial number is in one hand while its payment is asked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from omniretail.kernel.actors import SYSTEM
from orders.checkout.operations import (
    Payment,
    Terms,
    cancel_order,
    finish_checkout,
    reserve_order,
    resume_checkouts,
)
from orders.fulfilment.models import Fulfilment, PickedSerial
from orders.fulfilment.operations import SerialBeingPaid, pick_unit
from orders.ordering.models import Order
from orders.payments.operations import PaymentDeclined
from orders.payments.sandbox import DECLINED
from tests import given
from tests.clock import NOON
from tests.inventory.serials.given import where
from tests.lawbook import broken
from tests.orders.checkout.test_serials import (
    LAWS,
    a_cart,
    bought,
    phones,
    refusal,
    scanned,
)

pytestmark = pytest.mark.django_db


def reserved(token: str, method: str = "card-4242") -> str:
    """Its payment has not been asked yet."""
    terms = Terms(Payment("CARD", method), store_code="msk-1")
    return reserve_order(token=token, terms=terms, by=SYSTEM, at=NOON)


def test_what_somebody_pays_for_is_nobody_elses() -> None:
    phones("A", "B", "C")
    mine, other = a_cart(), a_cart()
    scanned(mine, "A")
    scanned(other, "A")
    number = reserved(mine)
    with pytest.raises(SerialBeingPaid) as refused, transaction.atomic():
        bought(other)
    assert refused.value.field == "lines/0/serials"
    assert refused.value.facts == {"sku": "S-1", "serial": "A", "order": number}
    order = given.a_placed_order(("S-1", 1, "COLLECT", "msk-1"))
    bag = Fulfilment.objects.get(order__number=order)
    assert refusal(pick_unit, number=bag.number, code="A", by=SYSTEM, at=NOON) == (
        "serial_being_paid",
        "serial",
    )
    assert broken(only=LAWS) == set()
    finish_checkout(number=number, by=SYSTEM, at=NOON)
    assert where("A") == "CUSTOMER"
    assert PickedSerial.objects.get().line is not None
    assert refusal(bought, other) == ("serial_elsewhere", "lines/0/serials")
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize("way", ["declined", "called off", "given up"])
def test_a_unit_is_let_go_when_its_order_does_not_stand(way: str) -> None:
    phones("A")
    token = a_cart()
    scanned(token, "A")
    number = reserved(token, DECLINED)
    if way == "declined":
        with pytest.raises(PaymentDeclined):
            finish_checkout(number=number, by=SYSTEM, at=NOON)
    elif way == "called off":
        cancel_order(number=number, reason="CUSTOMER", by=SYSTEM, at=NOON)
    else:
        resume_checkouts(at=NOON + timedelta(days=1), limit=5)
    assert not PickedSerial.objects.exists()
    assert broken(only=LAWS) == set()
    bought(token)
    assert where("A") == "CUSTOMER"


def test_a_unit_in_hand_for_an_order_that_stands_breaks_f5() -> None:
    phones("A")
    token = a_cart()
    scanned(token, "A")
    number = reserved(token)
    Order.objects.filter(number=number).update(
        status=Order.Status.CANCELLED, cancelled_at=NOON, cancel_reason="CUSTOMER"
    )
    assert broken(only={"F5"}) == {"F5"}


def test_a_unit_lies_in_a_bag_or_is_paid_for() -> None:
    phones("A")
    token = a_cart()
    scanned(token, "A")
    reserved(token)
    with pytest.raises(IntegrityError, match="unit_lies_in_a_bag_or_is_being_paid_for"):
        PickedSerial.objects.update(order=None)
