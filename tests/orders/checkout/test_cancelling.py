"""Calling an order off before and after its payment."""

import pytest

from loyalty.points.queries import balance
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import OutboxFact
from orders.checkout.operations import OrderEnded, cancel_order
from orders.fulfilment.operations import AlreadyHandedOver
from orders.models import Order, SandboxCharge, Tender
from orders.ordering.queries import OrderNotFound
from tests import given
from tests.clock import NOON
from tests.inventory.given import figures
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


def cancel(number: str) -> Order:
    cancel_order(number=number, reason="CUSTOMER", by=SYSTEM, at=NOON)
    return Order.objects.get(number=number)


def test_a_placed_order_is_cancelled_with_its_stock_money_and_points() -> None:
    given.goods(5)
    customer = given.a_customer(points=300)
    number = given.a_placed_order(
        ("S-1", 2, "SHIP", None),
        ("S-1", 1, "COLLECT", "msk-1"),
        customer=customer,
        redeem_points=150,
    )
    assert balance(customer).active == 150

    order = cancel(number)

    given.rest()
    assert (order.status, order.cancel_reason) == ("CANCELLED", "CUSTOMER")
    assert figures() == (5, 0)
    assert balance(customer).active == 300
    charge = SandboxCharge.objects.get()
    assert (charge.voided_amount, charge.captured_amount) == (charge.amount, 0)
    assert set(order.fulfilments.values_list("status", flat=True)) == {"CANCELLED"}
    assert OutboxFact.objects.filter(name="orders.order_cancelled").count() == 1
    assert broken() == set()


def test_cancelling_twice_is_harmless() -> None:
    given.goods(5)
    number = given.a_placed_order()
    cancel(number)

    cancel(number)

    assert OutboxFact.objects.filter(name="orders.order_cancelled").count() == 1


def test_cash_goes_back_when_an_order_is_cancelled() -> None:
    given.goods(5)
    number = given.a_placed_order(
        ("S-1", 1, "COLLECT", "msk-1"), store="msk-1", kind="CASH"
    )

    cancel(number)

    tender = Tender.objects.get()
    assert (tender.captured_amount, tender.refunded_amount) == (1000, 1000)
    given.rest()
    assert broken() == set()


def test_a_completed_order_is_not_cancelled() -> None:
    given.goods(5)
    number = given.a_placed_order(("S-1", 1, "CARRY_OUT", "msk-1"), store="msk-1")

    with pytest.raises(OrderEnded):
        cancel(number)


def test_an_order_of_which_something_was_handed_over_is_not_cancelled() -> None:
    given.goods(5)
    number = given.a_placed_order(
        ("S-1", 1, "CARRY_OUT", "msk-1"), ("S-1", 1, "SHIP", None), store="msk-1"
    )

    with pytest.raises(AlreadyHandedOver):
        cancel(number)

    assert Order.objects.get().status == Order.Status.PLACED


def test_an_unknown_order_is_missing() -> None:
    with pytest.raises(OrderNotFound):
        cancel("R-NONE-NONE")
