"""The second and third stage of a checkout: the gateway is asked, the answer settled.

Between the stages nothing is locked. Whoever dies there leaves an order that waits, with
the key of its payment: the next one asks with the same key and gets the same answer.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from inventory.promises.operations import PromiseSlip, confirm_holds
from inventory.promises.queries import as_asked
from omniretail.contracts.orders import OrderPlaced
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.limits import limits
from orders.carts.models import Intent
from orders.checkout.operations.asking import noting_what_is_missing
from orders.checkout.operations.reserving import Terms, reserve_order
from orders.checkout.operations.serials import carried_units
from orders.checkout.operations.withdrawing import (
    OrderWithdrawn,
    give_up,
    take_back,
)
from orders.fulfilment.briefs import fulfilment_brief
from orders.fulfilment.operations import (
    create_fulfilments,
    let_go,
    start_fulfilments,
    tell_uncovered,
)
from orders.fulfilment.parcels import Parcel, ParcelItem
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order
from orders.ordering.operations import lock_order, mark_placed
from orders.ordering.reasons import CancelReason
from orders.payments.gateways import Answer
from orders.payments.models import UNANSWERED, MoneyStep, PaymentRequest, TenderStatus
from orders.payments.operations import PaymentDeclined, ask, record_authorisation
from orders.sourcing.choices import position_of

ASK_TRIES = 2


def place_order(*, token: str, terms: Terms, by: Actor, at: datetime) -> str:
    """Order what is in the cart: reserve, ask the gateway, settle. Answers the number.

    Asked again for the same cart, it goes on where the first attempt stopped and answers
    the same order. If the gateway stays silent the order waits, and is settled later.

    Raises:
        PaymentDeclined: nothing was charged, all is released, the cart is open again.
        OrderWithdrawn: the order was cancelled while its payment was asked.
        NotEnoughStock and other refusals of the reservation.
    """
    with noting_what_is_missing(token=token, terms=terms, by=by, at=at):
        number = reserve_order(token=token, terms=terms, by=by, at=at)
    finish_checkout(number=number, by=by, at=at)
    return number


def finish_checkout(*, number: str, by: Actor, at: datetime) -> None:
    """Ask for the payment an order waits for, and settle the order.

    Raises:
        PaymentDeclined, OrderWithdrawn: as for `place_order`.
    """
    request = _unanswered(number)
    if request is None:
        settle_checkout(number=number, answer=None, by=by, at=at)
        return
    for _ in range(ASK_TRIES):
        answer = ask(request)
        if answer is not None:
            settle_checkout(number=number, answer=answer, by=by, at=at)
            return


def settle_checkout(*, number: str, answer: Answer | None, by: Actor, at: datetime) -> None:
    """Let the order stand, or take everything back, as the gateway said.

    Raises:
        PaymentDeclined, OrderWithdrawn: as for `place_order`, once that is written.
    """
    refusal = _settle(number, answer, by, at)
    if refusal is not None:
        raise refusal


def resume_checkouts(*, at: datetime, limit: int) -> int:
    """Go on with orders whose checkout died or heard nothing; answers how many ended.

    After the patience has run out the payment is withdrawn at the gateway, the stock is
    released and the cart opened again.
    """
    waiting = Order.objects.unanswered_since(at - limits().checkout_resumed_after)
    rows = waiting.order_by("opened_at").values_list("number", "opened_at")[:limit]
    ended = 0
    for number, opened_at in list(rows):
        if opened_at <= at - limits().checkout_patience:
            give_up(number=number, at=at)
        else:
            _resume(number, at)
        ended += not Order.objects.filter(
            number=number, status=Order.Status.PENDING
        ).exists()
    return ended


def _resume(number: str, at: datetime) -> None:
    order = Order.objects.select_related("taken_at_store").get(number=number)
    try:
        finish_checkout(number=number, by=_taker(order), at=at)
    except (PaymentDeclined, OrderWithdrawn):
        return


def _taker(order: Order) -> Actor:
    """Who took the order: a resumed checkout ends in their name."""
    if order.taken_by and order.taken_at_store:
        return Actor(ActorKind.STAFF, order.taken_by, store=order.taken_at_store.code)
    return SYSTEM


def _unanswered(number: str) -> PaymentRequest | None:
    return (
        PaymentRequest.objects.select_related("tender__order")
        .filter(
            tender__order__number=number,
            kind=MoneyStep.AUTHORISE,
            status__in=UNANSWERED,
        )
        .first()
    )


@transaction.atomic
def _settle(
    number: str, answer: Answer | None, by: Actor, at: datetime
) -> PaymentDeclined | OrderWithdrawn | None:
    order = lock_order(number)
    if order.status == Order.Status.CANCELLED:
        return OrderWithdrawn(order=number, reason=order.cancel_reason)
    if order.status != Order.Status.PENDING:
        return None
    request = _unanswered(number)
    if request is not None:
        if answer is None:
            return None
        tender = record_authorisation(request=request, answer=answer, at=at)
        if tender.status != TenderStatus.AUTHORISED:
            take_back(order=order, reason=CancelReason.PAYMENT_DECLINED, by=by, at=at)
            return PaymentDeclined(order=number, reason=answer.reason)
    _place(order, by, at)
    return None


def _place(order: Order, by: Actor, at: datetime) -> None:
    mark_placed(order=order, at=at)
    slips = as_asked(confirm_holds(reference=order.number, by=by, at=at))
    parcels = _parcels(order, slips)
    made = create_fulfilments(order=order, parcels=parcels, at=at)
    outbox.publish(
        OrderPlaced(
            order=order_brief(order),
            total_amount=order.total_amount,
            fulfilments=tuple(fulfilment_brief(one) for one in made),
            occurred_at=at,
        )
    )
    at_once = any(one.kind == Intent.CARRY_OUT for one in parcels)
    carried = carried_units(order) if at_once else {}
    if carried:
        let_go(order)
    start_fulfilments(order=order, by=by, at=at, carried=carried)
    lacking = {slip.line: slip.uncovered for slip in slips if slip.uncovered}
    if lacking:
        tell_uncovered(order, lacking, at=at)


def _parcels(order: Order, slips: Sequence[PromiseSlip]) -> list[Parcel]:
    """What each place prepares: what it keeps for the order now."""
    intents = dict(order.lines.values_list("position", "intent"))
    cells: dict[tuple[str, str], list[ParcelItem]] = {}
    for slip in sorted(slips, key=lambda slip: position_of(slip.line)):
        position = position_of(slip.line)
        item = ParcelItem(position, slip.quantity, promise_line=slip.line)
        cells.setdefault((slip.store_code, intents[position]), []).append(item)
    return [
        Parcel(store_code=store, kind=kind, items=tuple(items))
        for (store, kind), items in cells.items()
    ]
