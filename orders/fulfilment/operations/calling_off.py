"""Bags that will not reach the customer: cancelled, not collected, all missing."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from inventory.promises.operations import release_promises
from omniretail.contracts.orders import FulfilmentCancelled, FulfilmentLate
from omniretail.kernel.actors import Actor
from orders.fulfilment.briefs import fulfilment_brief, worth_of
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.models.fulfilment import AT_THE_STORE, WITH_THE_CUSTOMER
from orders.fulfilment.operations.handing_over import AlreadyHandedOver
from orders.fulfilment.operations.looking_up import locked_fulfilment, locked_lines
from orders.fulfilment.operations.serials import empty_of_serials
from orders.fulfilment.operations.settling import settle_order
from orders.fulfilment.operations.telling import tell
from orders.fulfilment.parcels import NOTHING, Worth
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order, OrderLine
from orders.ordering.reasons import CancelReason
from orders.payments.operations import want_void

NOT_COLLECTED, NOT_FOUND = CancelReason.EXPIRED, CancelReason.NOT_FOUND


@transaction.atomic
def cancel_fulfilments(*, order: Order, reason: str, by: Actor, at: datetime) -> None:
    """Call off all bags of an order; its money stays with the caller.

    Raises:
        AlreadyHandedOver: the customer or the carrier has some of it.
    """
    bags = order.fulfilments.select_related("store").order_by("pk")
    for fulfilment in bags:
        fulfilment.order = order
        if fulfilment.status in WITH_THE_CUSTOMER:
            raise AlreadyHandedOver(number=fulfilment.number)
        if fulfilment.status in AT_THE_STORE:
            call_off(fulfilment, Fulfilment.Status.CANCELLED, reason, by=by, at=at)


def expire_uncollected(*, by: Actor, at: datetime, limit: int = 100) -> int:
    """Put back what nobody collected in time; answers how many bags.

    Each bag in its own transaction, so one that is busy does not hold up the rest.
    """
    due = Fulfilment.objects.uncollected(at).order_by("keep_until", "pk")
    numbers = list(due.values_list("number", flat=True)[:limit])
    return sum(_expire(number, by, at) for number in numbers)


def notice_late(*, at: datetime, limit: int = 100) -> int:
    """Say once of each bag that it is due and not ready; answers how many."""
    due = Fulfilment.objects.unnoticed_late(at).order_by("due_at", "pk")
    numbers = list(due.values_list("number", flat=True)[:limit])
    return sum(_notice_late(number, at) for number in numbers)


def call_off(
    fulfilment: Fulfilment, end: str, reason: str, *, by: Actor, at: datetime
) -> Worth:
    """End a locked bag: stock back once, units cancelled; answers what they were worth."""
    brief = fulfilment_brief(fulfilment)
    lines = [line for line in locked_lines(fulfilment) if line.live_quantity]
    fulfilment.become(end)
    fulfilment.cancelled_at, fulfilment.cancel_reason = at, reason
    fulfilment.save()
    empty_of_serials(fulfilment)
    for line in lines:
        OrderLine.objects.filter(pk=line.order_line_id).update(
            cancelled_quantity=F("cancelled_quantity") + line.live_quantity
        )
    if lines:
        release_promises(
            reference=fulfilment.order.number,
            lines=[line.promise_line for line in lines],
            by=by,
            at=at,
        )
    tell(
        FulfilmentCancelled(
            order=order_brief(fulfilment.order),
            fulfilment=brief,
            reason=reason,
            occurred_at=at,
        )
    )
    return sum((worth_of(line) for line in lines), NOTHING)


def void_worth(
    fulfilment: Fulfilment, worth: Worth, *, delivery: Decimal, reference: str, at: datetime
) -> None:
    """Money and points that will not be needed go back to the customer."""
    money = worth.money_amount + delivery
    if money or worth.points_amount:
        want_void(
            order=fulfilment.order,
            amount=money,
            points_amount=worth.points_amount,
            reference=reference,
            at=at,
        )


def pass_on_delivery(fulfilment: Fulfilment) -> Decimal:
    """Move a dead parcel's delivery charge to another one; answers what none carries."""
    charge: Decimal = fulfilment.delivery_amount
    heir = (
        fulfilment.order.fulfilments.at_the_store()
        .filter(kind=Fulfilment.Kind.SHIP)
        .exclude(pk=fulfilment.pk)
        .order_by("pk")
        .first()
    )
    if charge and heir:
        Fulfilment.objects.filter(pk=heir.pk).update(delivery_amount=charge)
        Fulfilment.objects.filter(pk=fulfilment.pk).update(delivery_amount=0)
        return Decimal(0)
    return charge


def end_if_empty(
    fulfilment: Fulfilment, reason: str, *, by: Actor, at: datetime
) -> Decimal:
    """Call off a bag nothing is left of; answers the delivery charge nobody owes now."""
    if any(line.live_quantity for line in locked_lines(fulfilment)):
        return Decimal(0)
    call_off(fulfilment, Fulfilment.Status.CANCELLED, reason, by=by, at=at)
    return pass_on_delivery(fulfilment)


@transaction.atomic
def _expire(number: str, by: Actor, at: datetime) -> bool:
    fulfilment = locked_fulfilment(number)
    if not Fulfilment.objects.uncollected(at).filter(pk=fulfilment.pk).exists():
        return False
    worth = call_off(fulfilment, Fulfilment.Status.EXPIRED, NOT_COLLECTED, by=by, at=at)
    void_worth(fulfilment, worth, delivery=Decimal(0), reference=fulfilment.number, at=at)
    settle_order(fulfilment.order, at=at, reason=NOT_COLLECTED)
    return True


@transaction.atomic
def _notice_late(number: str, at: datetime) -> bool:
    fulfilment = locked_fulfilment(number)
    fresh = Fulfilment.objects.unnoticed_late(at).filter(pk=fulfilment.pk)
    if not fresh.update(late_noticed_at=at):
        return False
    tell(
        FulfilmentLate(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            occurred_at=at,
        )
    )
    return True
