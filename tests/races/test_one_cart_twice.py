"""One cart, many presses of the button: one order and one charge."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection

from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from orders.carts.models import CartQuerySet
from orders.checkout.operations import (
    OrderWithdrawn,
    Payment,
    Terms,
    cancel_order,
    finish_checkout,
    place_order,
    reserve_order,
    reserving,
)
from orders.checkout.quoting import price_cart
from orders.models import Order, SandboxCharge, Tender
from orders.ordering.operations import CartOrderedAlready
from orders.payments.operations import settle_wanted, want_capture
from tests import given
from tests.clock import NOON
from tests.inventory.given import figures
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
PRESSES = 6
TERMS = Terms(payment=Payment("CARD", "card-4242"))
LAWS = {"O1", "O2", "O3", "O5", "O6", "O7", "P4", "S3"}
GUARD = "one_live_order_per_cart"


def press(token: str) -> str:
    return place_order(token=token, terms=TERMS, by=SYSTEM, at=NOON)


def test_many_presses_make_one_order() -> None:
    given.goods(9)
    token = given.a_cart()

    numbers = run_together([partial(press, token)] * PRESSES)

    assert len(set(numbers)) == 1, numbers
    assert Order.objects.count() == SandboxCharge.objects.count() == 1
    assert figures() == (9, 1)
    assert broken(only=LAWS) == set()


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Carts that are not locked, so that all presses find them open."""

    def slowly(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.3)
        return price_cart(*args, **kwargs)

    monkeypatch.setattr(CartQuerySet, "locked", lambda rows: rows)
    monkeypatch.setattr(reserving, "price_cart", slowly)


@pytest.mark.usefixtures("unlocked")
def test_past_the_lock_the_database_lets_one_order_stand() -> None:
    given.goods(9)
    token = given.a_cart()

    answers = run_together([partial(press, token)] * PRESSES)

    refusals = [one for one in answers if isinstance(one, IntegrityError)]
    assert len(refusals) == PRESSES - 1, answers
    assert {type(from_integrity(one)) for one in refusals} == {CartOrderedAlready}
    assert Order.objects.count() == SandboxCharge.objects.count() == 1
    assert figures() == (9, 1)
    assert broken(only=LAWS) == set()


@pytest.fixture
def guard_off(unlocked: None) -> Iterator[None]:
    """Carts that are not locked, and may be ordered twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [GUARD])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {GUARD}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_order SET cart_id = NULL")
        cursor.execute(definition)


@pytest.mark.usefixtures("guard_off")
def test_with_the_guard_off_many_presses_make_many_orders() -> None:
    given.goods(9)
    token = given.a_cart()

    run_together([partial(press, token)] * PRESSES)

    assert Order.objects.count() > 1
    assert "O5" in broken(only={"O5"})


def test_settling_and_cancelling_at_once_end_in_one_of_both() -> None:
    given.goods(9)
    for _ in range(5):
        token = given.a_cart()
        number = reserve_order(token=token, terms=TERMS, by=SYSTEM, at=NOON)

        def settle(number: str = number) -> None:
            finish_checkout(number=number, by=SYSTEM, at=NOON)

        def cancel(number: str = number) -> None:
            cancel_order(number=number, reason="CUSTOMER", by=SYSTEM, at=NOON)

        answers = run_together([settle, cancel])
        refusals = [answer for answer in answers if answer is not None]
        assert all(isinstance(refusal, OrderWithdrawn) for refusal in refusals)
        assert Order.objects.get(number=number).status == Order.Status.CANCELLED

    given.settled_payments()
    assert figures() == (9, 0)
    assert broken(only=LAWS) == set()


def test_many_workers_capture_once() -> None:
    given.goods(9)
    order = Order.objects.get(number=given.a_placed_order())
    want_capture(order=order, amount=order.total_amount, reference="F-1", at=NOON)

    run_together([partial(settle_wanted, at=NOON, limit=10)] * PRESSES)

    given.settled_payments()
    assert SandboxCharge.objects.get().captured_amount == order.total_amount
    assert Tender.objects.get().captured_amount == order.total_amount
    assert broken(only={"O3", "O5", "O7"}) == set()
