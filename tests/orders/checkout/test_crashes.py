"""A checkout that dies at any stage ends in one order and one charge, or in none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import OutboxFact
from orders.carts.queries import cart_view
from orders.checkout.operations import (
    OrderWithdrawn,
    Payment,
    Terms,
    cancel_order,
    place_order,
    reserve_order,
    resume_checkouts,
    settling,
)
from orders.models import Order, PaymentRequest, SandboxCall, SandboxCharge, Tender
from orders.payments import sandbox
from orders.payments.gateways import GatewaySilent
from orders.payments.operations import ask
from tests import given
from tests.clock import NOON
from tests.inventory.given import figures
from tests.lawbook import broken

pytestmark = pytest.mark.django_db(transaction=True)
SOON = NOON + timedelta(minutes=1)
LATE = NOON + timedelta(minutes=11)
LAWS = {"O1", "O2", "O3", "O5", "O6", "O7", "O9", "P2", "P4", "P6", "S3", "L1"}


class Killed(BaseException):
    """The process is gone; nobody tidies up."""


def terms(method: str = sandbox.PAYS) -> Terms:
    return Terms(payment=Payment("CARD", method))


def killed(*args: Any, **kwargs: Any) -> Any:
    raise Killed


def dies_after(operation: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        operation(*args, **kwargs)
        raise Killed

    return wrapped


def place(token: str, method: str = sandbox.PAYS) -> str:
    return place_order(token=token, terms=terms(method), by=SYSTEM, at=NOON)


STAGES = {
    "before asking": ("ask", lambda real: killed),
    "after the gateway answered": ("ask", dies_after),
    "before settling": ("settle_checkout", lambda real: killed),
    "inside settling": ("start_fulfilments", lambda real: killed),
    "after settling": ("settle_checkout", dies_after),
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("then", ["resumed", "asked again"])
def test_a_killed_checkout_ends_in_one_order_and_one_charge(
    stage: str, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given.goods(3)
    customer = given.a_customer(points=300)
    token = given.a_cart(customer=customer, redeem_points=100)
    name, replace = STAGES[stage]
    with monkeypatch.context() as patch:
        patch.setattr(settling, name, replace(getattr(settling, name)))
        with pytest.raises(Killed):
            place(token)

    if then == "resumed":
        resume_checkouts(at=SOON, limit=10)
    else:
        place(token)

    order = Order.objects.get()
    assert order.status == Order.Status.PLACED
    charge = SandboxCharge.objects.get()
    assert charge.amount == order.total_amount - 100
    assert figures() == (3, 1)
    assert OutboxFact.objects.filter(name="orders.order_placed").count() == 1
    assert broken(only=LAWS) == set()


def test_a_checkout_killed_while_reserving_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given.goods(3)
    token = given.a_cart()
    with monkeypatch.context() as patch:
        patch.setattr("orders.checkout.operations.reserving.check_out_cart", killed)
        with pytest.raises(Killed):
            place(token)

    assert not Order.objects.exists()
    assert not SandboxCall.objects.exists()
    assert figures() == (3, 0)
    assert cart_view(token).status == "OPEN"


@pytest.mark.parametrize("method", [sandbox.ANSWER_LOST, sandbox.NOT_HEARD])
def test_an_unclear_answer_is_asked_again_with_the_same_key(method: str) -> None:
    given.goods(3)

    place(given.a_cart(), method)

    assert Order.objects.get().status == Order.Status.PLACED
    assert SandboxCharge.objects.count() == SandboxCall.objects.count() == 1


def test_a_silent_gateway_leaves_the_order_waiting_and_then_withdrawn() -> None:
    given.goods(3)
    token = given.a_cart()

    number = place(token, sandbox.MUTE)

    assert Order.objects.get().status == Order.Status.PENDING
    assert figures() == (3, 1)
    assert SandboxCharge.objects.get().voided_amount == 0

    resume_checkouts(at=SOON, limit=10)
    assert Order.objects.get().status == Order.Status.PENDING

    resume_checkouts(at=LATE, limit=10)
    given.settled_payments()
    order = Order.objects.get(number=number)
    assert (order.status, order.cancel_reason) == ("CANCELLED", "PAYMENT_UNCLEAR")
    assert figures() == (3, 0)
    assert cart_view(token).status == "OPEN"
    charge = SandboxCharge.objects.get()
    assert charge.voided_amount == charge.amount
    assert broken(only=LAWS) == set()


def test_an_order_cancelled_while_its_payment_is_asked_charges_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given.goods(3)
    token = given.a_cart()
    real = ask

    def cancelled_meanwhile(request: PaymentRequest) -> Any:
        number = Order.objects.get().number
        cancel_order(number=number, reason="CUSTOMER", by=SYSTEM, at=NOON)
        return real(request)

    monkeypatch.setattr(settling, "ask", cancelled_meanwhile)
    with pytest.raises(OrderWithdrawn):
        place(token)

    given.settled_payments()
    assert Order.objects.get().status == Order.Status.CANCELLED
    assert Tender.objects.get().status == Tender.Status.WITHDRAWN
    assert all(c.voided_amount == c.amount for c in SandboxCharge.objects.all())
    assert figures() == (3, 0)
    assert broken(only=LAWS) == set()


def test_an_authorisation_that_arrives_after_its_withdrawal_is_refused() -> None:
    given.goods(3)
    number = reserve_order(token=given.a_cart(), terms=terms(), by=SYSTEM, at=NOON)
    cancel_order(number=number, reason="CUSTOMER", by=SYSTEM, at=NOON)
    given.settled_payments()

    request = PaymentRequest.objects.get(kind="AUTHORISE")
    answer = sandbox.SandboxGateway().authorise(
        key=request.key, amount=request.amount, currency="RUB", method=sandbox.PAYS
    )

    assert not answer.done
    assert answer.reason == "withdrawn"
    assert broken(only=LAWS) == set()


def test_lines_of_a_failed_checkout_join_the_cart_opened_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given.goods(3)
    customer = given.a_customer()
    token = given.a_cart(customer=customer)
    number = place(token, sandbox.MUTE)
    other = given.a_cart(("S-1", 2, "COLLECT", "msk-1"), customer=customer)
    assert other != token

    cancel_order(number=number, reason="CUSTOMER", by=SYSTEM, at=NOON)

    assert cart_view(token).status == "MERGED"
    assert {line.intent for line in cart_view(other).lines} == {"COLLECT", "SHIP"}


def test_the_sandbox_loses_only_the_answer() -> None:
    gateway = sandbox.SandboxGateway()
    ask = {"key": "k", "amount": 5, "currency": "RUB", "method": sandbox.ANSWER_LOST}
    with pytest.raises(GatewaySilent):
        gateway.authorise(**ask)  # type: ignore[arg-type]
    assert gateway.authorise(**ask).done  # type: ignore[arg-type]
    assert SandboxCharge.objects.count() == 1
