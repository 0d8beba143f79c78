"""What an order's goods mean for its money: captures, voids and refunds that are due.

These write down what is wanted and never ask the gateway themselves, so that a
hand-over does not wait for it. The caller holds the order's lock.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum

from loyalty.points.operations import reverse_redemption
from omniretail.kernel.actors import SYSTEM, Actor
from omniretail.kernel.errors import DomainError, Kind
from orders.ordering.models import Order
from orders.payments import tendering
from orders.payments.models import (
    UNANSWERED,
    MoneyStep,
    PaymentRequest,
    Tender,
    TenderKind,
    TenderStatus,
)
from orders.payments.operations.taking import new_key, write_entry
from orders.payments.tendering import MoneyDoesNotFit, Part, Purse
from orders.payments.waking import wake_payments

NOTHING = Decimal(0)


class NoSuchMoney(DomainError):
    """The order's payments do not hold that amount."""

    kind = Kind.CONFLICT
    constraints = (
        "tender_captures_no_more_than_authorised",
        "tender_refunds_no_more_than_captured",
    )


@transaction.atomic
def want_capture(*, order: Order, amount: Decimal, reference: str, at: datetime) -> None:
    """Goods left the shop: their money is due. Harmless when said again.

    What was taken on the spot at the sale is paid already.
    """
    tenders = _money_tenders(order)
    asked = [tender for tender in tenders if tender.gateway]
    if amount <= 0 or not asked or _said(order, MoneyStep.CAPTURE, reference):
        return
    parts = _fitting(tendering.split_capture, amount, asked, order)
    _want(asked, MoneyStep.CAPTURE, parts, reference, at)


@transaction.atomic
def want_void(
    *,
    order: Order,
    amount: Decimal,
    points_amount: Decimal,
    reference: str,
    at: datetime,
    by: Actor = SYSTEM,
) -> None:
    """Goods will not leave the shop: their money is let go, their points go back.

    Money that was taken at the sale already is refunded instead.
    """
    if amount > 0 and not _said(order, MoneyStep.VOID, reference):
        _let_go(order, amount, reference, at)
    _return_points(order, points_amount, reference, by, at)


@transaction.atomic
def want_refund(
    *,
    order: Order,
    amount: Decimal,
    points_amount: Decimal,
    reference: str,
    at: datetime,
    by: Actor = SYSTEM,
) -> None:
    """Goods came back: their money goes to the tenders it came from, points as points."""
    if amount > 0 and not _said(order, MoneyStep.REFUND, reference):
        tenders = _money_tenders(order)
        parts = _fitting(tendering.split_refund, amount, tenders, order)
        _want(tenders, MoneyStep.REFUND, parts, reference, at)
    _return_points(order, points_amount, reference, by, at)


@transaction.atomic
def want_rest_back(*, order: Order, reference: str, by: Actor, at: datetime) -> None:
    """The order is called off as a whole: let go of everything that is left."""
    tenders = _money_tenders(order)
    purses = _purses(tenders)
    rest = sum((purse.open_amount for purse in purses), NOTHING) + sum(
        (
            purse.held_amount
            for purse, tender in zip(purses, tenders, strict=True)
            if not tender.gateway
        ),
        NOTHING,
    )
    points = Tender.objects.filter(order=order, kind=TenderKind.POINTS).first()
    points_rest = points.captured_amount - points.refunded_amount if points else NOTHING
    want_void(
        order=order,
        amount=rest,
        points_amount=points_rest,
        reference=reference,
        at=at,
        by=by,
    )


def _let_go(order: Order, amount: Decimal, reference: str, at: datetime) -> None:
    tenders = _money_tenders(order)
    try:
        voids, refunds = tendering.split_release(amount, _purses(tenders))
    except MoneyDoesNotFit as problem:
        raise NoSuchMoney(order=order.number, amount=amount) from problem
    _want(tenders, MoneyStep.VOID, voids, reference, at)
    _want(tenders, MoneyStep.REFUND, refunds, reference, at)


def _money_tenders(order: Order) -> list[Tender]:
    """The order's standing money tenders, locked, in the order they were given."""
    return list(
        Tender.objects.locked()
        .filter(order=order, status=TenderStatus.AUTHORISED)
        .exclude(kind=TenderKind.POINTS)
    )


def _purses(tenders: Sequence[Tender]) -> list[Purse]:
    """What each tender can still do, counting what is already wanted."""
    waiting = dict[tuple[int, str], Decimal]()
    rows = (
        PaymentRequest.objects.filter(tender__in=tenders, status__in=UNANSWERED)
        .values("tender", "kind")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    for row in rows:
        waiting[row["tender"], row["kind"]] = row["total"]

    def purse(tender: Tender) -> Purse:
        capture = waiting.get((tender.pk, MoneyStep.CAPTURE), NOTHING)
        void = waiting.get((tender.pk, MoneyStep.VOID), NOTHING)
        refund = waiting.get((tender.pk, MoneyStep.REFUND), NOTHING)
        taken = tender.captured_amount + capture
        return Purse(
            tender=tender.pk,
            open_amount=tender.authorised_amount - tender.voided_amount - void - taken,
            held_amount=taken - tender.refunded_amount - refund,
        )

    return [purse(tender) for tender in tenders]


def _fitting(
    split: tendering.Split, amount: Decimal, tenders: Sequence[Tender], order: Order
) -> list[Part]:
    try:
        return split(amount, _purses(tenders))
    except MoneyDoesNotFit as problem:
        raise NoSuchMoney(order=order.number, amount=amount) from problem


def _said(order: Order, kind: MoneyStep, reference: str) -> bool:
    """Whether this was wanted before under the same reference."""
    same = Q(order=order) & (
        Q(requests__kind=kind, requests__reference=reference)
        | Q(gateway="", entries__kind=kind, entries__reference=reference)
    )
    return Tender.objects.filter(same).exclude(kind=TenderKind.POINTS).exists()


def _want(
    tenders: Sequence[Tender],
    kind: MoneyStep,
    parts: Sequence[Part],
    reference: str,
    at: datetime,
) -> None:
    by_key = {tender.pk: tender for tender in tenders}
    keys = []
    for part in parts:
        tender = by_key[part.tender]
        if not tender.gateway:
            write_entry(
                tender=tender, kind=kind, amount=part.amount, reference=reference, at=at
            )
            continue
        request = PaymentRequest.objects.create(
            tender=tender,
            kind=kind,
            amount=part.amount,
            key=new_key(),
            reference=reference,
            next_try_at=at,
            wanted_at=at,
        )
        keys.append(request.key)
    wake_payments(keys)


def _return_points(
    order: Order, amount: Decimal, reference: str, by: Actor, at: datetime
) -> None:
    if amount <= 0:
        return
    tender = Tender.objects.locked().filter(order=order, kind=TenderKind.POINTS).first()
    if tender is None:
        raise NoSuchMoney(order=order.number, amount=amount)
    refunds = tender.entries.filter(kind=MoneyStep.REFUND, reference=reference)
    if refunds.exists():
        return
    try:
        points = tendering.points_to_return(
            points=tender.points,
            amount=tender.amount,
            returned_amount=tender.refunded_amount,
            more=amount,
        )
    except MoneyDoesNotFit as problem:
        raise NoSuchMoney(order=order.number, amount=amount) from problem
    if points:
        reverse_redemption(
            reference=order.number, points=points, key=reference, by=by, at=at
        )
    write_entry(
        tender=tender, kind=MoneyStep.REFUND, amount=amount, reference=reference, at=at
    )
