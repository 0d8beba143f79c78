"""What goods mean for money, and asking the gateway for it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from loyalty.points.queries import balance
from orders.models import Order, PaymentRequest, SandboxCharge, Tender, TenderEntry
from orders.payments.gateways import GatewaySilent
from orders.payments.operations import (
    NoSuchMoney,
    ask_again,
    settle_wanted,
    want_capture,
    want_refund,
    want_void,
)
from orders.payments.sandbox import SandboxGateway
from tests import given
from tests.clock import NOON

pytestmark = pytest.mark.django_db
D = Decimal


def order_of(total: str = "3390.00", **how: Any) -> Order:
    given.goods(9)
    order = Order.objects.get(number=given.a_placed_order(("S-1", 3, "SHIP", None), **how))
    assert order.total_amount == D(total)
    return order


def card() -> Tender:
    return Tender.objects.get(kind="CARD")


def test_a_capture_waits_for_the_gateway_and_is_then_booked() -> None:
    order = order_of()

    want_capture(order=order, amount=D(1000), reference="F-1", at=NOON)

    assert card().captured_amount == 0
    given.settled_payments()
    assert card().captured_amount == 1000
    assert SandboxCharge.objects.get().captured_amount == 1000
    assert TenderEntry.objects.filter(kind="CAPTURE").count() == 1


def test_a_capture_wanted_twice_for_the_same_goods_is_taken_once() -> None:
    order = order_of()

    for _ in range(2):
        want_capture(order=order, amount=D(1000), reference="F-1", at=NOON)
        given.settled_payments()

    assert card().captured_amount == 1000


def test_more_than_was_authorised_is_never_wanted() -> None:
    order = order_of()
    want_capture(order=order, amount=D(3000), reference="F-1", at=NOON)

    with pytest.raises(NoSuchMoney):
        want_capture(order=order, amount=D("390.01"), reference="F-2", at=NOON)


def test_what_is_captured_and_what_is_voided_share_the_authorisation() -> None:
    order = order_of()
    want_capture(order=order, amount=D(3000), reference="F-1", at=NOON)
    want_void(order=order, amount=D(390), points_amount=D(0), reference="F-2", at=NOON)
    given.settled_payments()

    charge = SandboxCharge.objects.get()
    assert (charge.captured_amount, charge.voided_amount) == (3000, 390)
    assert (card().captured_amount, card().voided_amount) == (3000, 390)


def test_a_refund_waits_for_its_capture_and_never_exceeds_it() -> None:
    order = order_of()
    want_capture(order=order, amount=D(1000), reference="F-1", at=NOON)
    want_refund(order=order, amount=D(1000), points_amount=D(0), reference="T-1", at=NOON)
    with pytest.raises(NoSuchMoney):
        want_refund(
            order=order, amount=D("0.01"), points_amount=D(0), reference="T-2", at=NOON
        )

    assert [r.kind for r in PaymentRequest.objects.due(NOON)] == ["CAPTURE"]
    given.settled_payments()
    assert SandboxCharge.objects.get().refunded_amount == 1000


def test_two_refunds_of_one_order_both_arrive() -> None:
    order = order_of()
    want_capture(order=order, amount=D(2000), reference="F-1", at=NOON)
    for number in ("T-1", "T-2"):
        want_refund(
            order=order, amount=D(500), points_amount=D(0), reference=number, at=NOON
        )
    given.settled_payments()

    assert card().refunded_amount == SandboxCharge.objects.get().refunded_amount == 1000


def test_points_go_back_as_points_to_the_last_one() -> None:
    customer = given.a_customer(points=100)
    order = order_of(customer=customer, redeem_points=100)
    assert balance(customer).active == 0

    for reference in ("F-1", "F-2", "F-3"):
        share = D("33.33") if reference != "F-3" else D("33.34")
        want_void(
            order=order,
            amount=D(0),
            points_amount=share,
            reference=reference,
            at=NOON,
        )

    assert balance(customer).active == 100
    assert Tender.objects.get(kind="POINTS").refunded_amount == 100


def test_a_silent_gateway_is_asked_again_with_the_same_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = order_of()
    want_capture(order=order, amount=D(1000), reference="F-1", at=NOON)
    real, keys = SandboxGateway.capture, []

    def first_answer_lost(self: SandboxGateway, **call: Any) -> Any:
        keys.append(call["key"])
        answer = real(self, **call)
        if len(keys) == 1:
            raise GatewaySilent
        return answer

    monkeypatch.setattr(SandboxGateway, "capture", first_answer_lost)
    assert settle_wanted(at=NOON, limit=9) == 0
    assert PaymentRequest.objects.get(kind="CAPTURE").status == "SENT"
    assert settle_wanted(at=NOON, limit=9) == 0, "not before its next try"
    assert settle_wanted(at=NOON + timedelta(minutes=1), limit=9) == 1

    assert keys[0] == keys[1]
    assert card().captured_amount == SandboxCharge.objects.get().captured_amount == 1000


def test_a_refused_request_can_be_wanted_again() -> None:
    order = order_of()
    want_capture(order=order, amount=D(1000), reference="F-1", at=NOON)
    SandboxCharge.objects.update(voided_amount=D(3390))
    settle_wanted(at=NOON, limit=9)
    refused = PaymentRequest.objects.get(kind="CAPTURE")
    assert (refused.status, refused.problem) == ("REFUSED", "not_authorised")

    SandboxCharge.objects.update(voided_amount=D(0))
    ask_again(key=refused.key, at=NOON)
    settle_wanted(at=NOON, limit=9)

    assert card().captured_amount == 1000
