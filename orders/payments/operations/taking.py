"""What a customer pays with: a card the gateway is asked about, points, or cash."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from loyalty.points.operations import redeem_points
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import random_code
from omniretail.kernel.errors import DomainError
from omniretail.kernel.money import Money
from orders.ordering.models import Order
from orders.payments.gateways import Answer, gateway
from orders.payments.models import (
    MoneyStep,
    PaymentRequest,
    RequestStatus,
    Tender,
    TenderEntry,
    TenderKind,
    TenderStatus,
)


class PaymentDeclined(DomainError):
    """The payment was declined. Nothing was charged; pay in another way."""


def new_key() -> str:
    """A key for the gateway; it is written down before it is used."""
    return f"pay_{random_code(24)}"


def write_entry(
    *,
    tender: Tender,
    kind: MoneyStep,
    amount: Decimal,
    reference: str,
    at: datetime,
    gateway_reference: str = "",
) -> None:
    """Write down what happened to a locked tender's money, and add it up there."""
    TenderEntry.objects.create(
        tender=tender,
        kind=kind,
        amount=amount,
        reference=reference,
        gateway_reference=gateway_reference,
        at=at,
    )
    column = _COLUMNS[kind]
    setattr(tender, column, getattr(tender, column) + amount)
    tender.save(update_fields=[column])


@transaction.atomic
def ask_card(*, order: Order, amount: Decimal, method: str, at: datetime) -> PaymentRequest:
    """Write down what is to be asked of the gateway; the asking comes after the commit."""
    key = new_key()
    tender = Tender.objects.create(
        order=order,
        kind=TenderKind.CARD,
        key=key,
        method=method,
        gateway=gateway().name,
        amount=amount,
        asked_at=at,
    )
    return PaymentRequest.objects.create(
        tender=tender,
        kind=MoneyStep.AUTHORISE,
        amount=amount,
        key=key,
        reference=order.number,
        next_try_at=at,
        wanted_at=at,
    )


@transaction.atomic
def take_payment(
    *, order: Order, kind: str, amount: Decimal, reference: str, at: datetime
) -> Tender:
    """Money taken on the spot: cash, or a card through the shop's own terminal."""
    return _taken(order, TenderKind(kind), amount, reference, at)


@transaction.atomic
def spend_points(
    *, order: Order, points: int, worth: Money, total: Money, by: Actor, at: datetime
) -> Tender:
    """Let points pay for a part of the order, at once.

    `total` is what the goods cost; loyalty says how much of it points may pay.
    """
    number = order.customer.number if order.customer else ""
    redeem_points(
        customer_number=number,
        points=points,
        reference=order.number,
        by=by,
        at=at,
        total=total,
    )
    return _taken(order, TenderKind.POINTS, worth.amount, order.number, at, points=points)


@transaction.atomic
def record_authorisation(
    *, request: PaymentRequest, answer: Answer, at: datetime
) -> Tender:
    """Write down what the gateway said about an authorisation; order locked."""
    tender = Tender.objects.locked().get(pk=request.tender_id)
    if tender.status != TenderStatus.ASKED:
        return tender
    request.gateway_reference = answer.reference
    request.problem = answer.reason
    if not answer.done:
        tender.become(TenderStatus.REFUSED)
        tender.refusal = answer.reason
        tender.save(update_fields=["status", "refusal"])
        request.become(RequestStatus.REFUSED)
        request.save(update_fields=["status", "problem"])
        return tender
    _stand(tender, request.amount, request.reference, answer.reference, at)
    request.become(RequestStatus.SETTLED)
    request.settled_at = at
    request.save(update_fields=["status", "settled_at", "gateway_reference", "problem"])
    return tender


@transaction.atomic
def withdraw_card(*, order: Order, at: datetime) -> list[str]:
    """Take back an authorisation that was asked for and not answered.

    The gateway is told to let go of it, and to refuse it should it arrive later.
    Answers the keys to be asked.
    """
    keys = []
    asked = Tender.objects.locked().filter(order=order, status=TenderStatus.ASKED)
    for tender in asked:
        tender.become(TenderStatus.WITHDRAWN)
        tender.save(update_fields=["status"])
        tender.requests.filter(kind=MoneyStep.AUTHORISE).update(
            status=RequestStatus.REFUSED, problem="withdrawn"
        )
        void = PaymentRequest.objects.create(
            tender=tender,
            kind=MoneyStep.VOID,
            amount=tender.amount,
            key=new_key(),
            reference=order.number,
            next_try_at=at,
            wanted_at=at,
        )
        keys.append(void.key)
    return keys


def _taken(
    order: Order,
    kind: TenderKind,
    amount: Decimal,
    reference: str,
    at: datetime,
    points: int = 0,
) -> Tender:
    tender = Tender.objects.create(
        order=order,
        kind=kind,
        key=new_key(),
        amount=amount,
        points=points,
        asked_at=at,
    )
    _stand(tender, amount, reference, "", at)
    write_entry(
        tender=tender, kind=MoneyStep.CAPTURE, amount=amount, reference=reference, at=at
    )
    return tender


def _stand(
    tender: Tender, amount: Decimal, reference: str, gateway_reference: str, at: datetime
) -> None:
    tender.become(TenderStatus.AUTHORISED)
    tender.authorised_amount = amount
    tender.gateway_reference = gateway_reference
    tender.save(update_fields=["status", "authorised_amount", "gateway_reference"])
    TenderEntry.objects.create(
        tender=tender,
        kind=MoneyStep.AUTHORISE,
        amount=amount,
        reference=reference,
        gateway_reference=gateway_reference,
        at=at,
    )


_COLUMNS = {
    MoneyStep.CAPTURE: "captured_amount",
    MoneyStep.VOID: "voided_amount",
    MoneyStep.REFUND: "refunded_amount",
}
