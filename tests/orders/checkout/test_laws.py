"""Each law of orders and money is broken once, and only that law says so."""

from collections.abc import Iterator

import pytest
from django.db import connection

from inventory.models import Price, Promise
from omniretail.kernel.models import IdempotencyKey
from orders.models import (
    Order,
    OrderLine,
    PaymentRequest,
    SandboxCharge,
    SourcingDecision,
    Tender,
)
from tests import given
from tests.clock import NOON
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LAWS = {"O1", "O2", "O3", "O5", "O7", "O8", "O9", "P4", "P6"}


def unguarded(*statements: str) -> None:
    """Do to the database what it refuses, with its guards down."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def trade() -> Iterator[None]:
    """An order that stands and one that was carried out, paid by card."""
    given.goods(10)
    given.a_placed_order(("S-1", 2, "SHIP", None), ("S-1", 1, "COLLECT", "msk-1"))
    given.a_placed_order(("S-1", 2, "CARRY_OUT", "msk-1"), store="msk-1")
    given.rest()
    assert broken(only=LAWS) == set()
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def standing() -> Order:
    return Order.objects.get(status="PLACED")


def carried_out() -> Order:
    return Order.objects.get(status="COMPLETED")


def test_a_total_off_its_lines_breaks_o1() -> None:
    unguarded(
        "ALTER TABLE orders_order"
        " DROP CONSTRAINT order_total_is_goods_less_discounts_plus_delivery"
    )
    Order.objects.filter(pk=standing().pk).update(total_amount=5000)
    assert broken(only=LAWS) == {"O1"}


def test_a_tax_that_was_not_included_breaks_o1() -> None:
    OrderLine.objects.filter(order=standing()).update(tax_amount=1)
    assert broken(only=LAWS) == {"O1"}


def test_an_ended_order_paid_wrongly_breaks_o2() -> None:
    carried_out().fulfilments.get().lines.update(net_amount=1)
    assert broken(only=LAWS) == {"O2"}


def test_a_capture_beyond_the_authorisation_breaks_o3() -> None:
    unguarded(
        "ALTER TABLE orders_tender DROP CONSTRAINT tender_captures_no_more_than_authorised",
        "ALTER TABLE orders_sandboxcharge"
        " DROP CONSTRAINT sandbox_captures_no_more_than_it_holds",
    )
    Tender.objects.filter(order=standing()).update(captured_amount=4000)
    key = standing().tenders.get().key
    SandboxCharge.objects.filter(key=key).update(captured_amount=4000)
    assert broken(only=LAWS) == {"O3"}


def test_a_cart_ordered_twice_breaks_o5() -> None:
    unguarded("DROP INDEX one_live_order_per_cart")
    Order.objects.filter(pk=standing().pk).update(cart=carried_out().cart)
    assert broken(only=LAWS) == {"O5"}


def test_a_hand_over_captured_twice_breaks_o5() -> None:
    unguarded("ALTER TABLE orders_paymentrequest DROP CONSTRAINT payment_wanted_once")
    again = PaymentRequest.objects.get(kind="CAPTURE")
    again.pk, again.key = None, "pay_again"
    again.save(force_insert=True)
    assert broken(only=LAWS) == {"O5"}


def test_money_the_gateway_took_for_nobody_breaks_o7() -> None:
    SandboxCharge.objects.create(
        reference="ch_stray",
        key="pay_stray",
        method="card-4242",
        currency="RUB",
        amount=10,
        captured_amount=10,
    )
    assert broken(only=LAWS) == {"O7"}


def test_money_the_gateway_does_not_know_of_breaks_o7() -> None:
    SandboxCharge.objects.filter(key=standing().tenders.get().key).delete()
    assert broken(only=LAWS) == {"O7"}


def test_an_acknowledged_order_that_is_not_there_breaks_o8() -> None:
    IdempotencyKey.objects.create(
        principal="client:shop",
        key="k",
        request_hash="h",
        operation="carts.checkout",
        state="done",
        status=201,
        body='{"number": "R-GONE-GONE", "total_amount": "10.00"}',
        done_at=NOON,
    )
    assert broken(only=LAWS) == {"O8"}


def test_a_price_nobody_published_breaks_o9() -> None:
    Price.objects.update(amount=900)
    assert broken(only=LAWS) == {"O9"}


def test_a_line_without_its_promise_breaks_p4() -> None:
    OrderLine.objects.filter(order=standing(), position=1).update(cancelled_quantity=1)
    assert broken(only=LAWS) == {"P4"}


def test_an_expired_promise_of_a_standing_order_breaks_p6() -> None:
    order = standing()
    promise = Promise.objects.filter(reference=order.number).order_by("pk").first()
    assert promise is not None
    Promise.objects.create(
        store=promise.store,
        sku=promise.sku,
        quantity=1,
        status="EXPIRED",
        owner=promise.owner,
        reference=order.number,
        line=f"{order.number}:1:spb-1",
        ends_at=NOON,
        created_at=NOON,
        ended_at=NOON,
        spare=0,
    )
    assert broken(only=LAWS) == {"P6"}

    decision = SourcingDecision.objects.get(order=order, order_line__position=1)
    decision.pk, decision.reason = None, "RESOURCED"
    decision.save(force_insert=True)
    assert broken(only=LAWS) == set()
