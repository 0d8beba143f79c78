"""Parcels leave with the carrier and arrive."""

from datetime import datetime

from django.db import transaction

from omniretail.contracts.orders import FulfilmentDelivered, FulfilmentShipped
from omniretail.kernel.actors import Actor
from omniretail.kernel.realtime import nudge
from orders.fulfilment.briefs import fulfilment_brief
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.operations.looking_up import locked_fulfilment, staff_fulfilment
from orders.fulfilment.operations.releasing import leave_place
from orders.fulfilment.operations.settling import settle_order
from orders.fulfilment.operations.telling import tell
from orders.ordering.briefs import order_brief
from stores.people.roles import WORK_PICK


@transaction.atomic
def ship_fulfilment(
    *, number: str, tracking_number: str, by: Actor, at: datetime
) -> Fulfilment:
    """The carrier takes the parcel: stock goes, the money is asked for.

    Raises:
        FulfilmentNotFound: no such parcel in the actor's store.
        IllegalTransition: it is not packed.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    fulfilment.become(Fulfilment.Status.SHIPPED)
    fulfilment.shipped_at, fulfilment.tracking_number = at, tracking_number
    leave_place(fulfilment, by=by, at=at)
    tell(
        FulfilmentShipped(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            by=by.key,
            tracking_number=tracking_number,
            ready_at=fulfilment.ready_at,
            occurred_at=at,
        )
    )
    return fulfilment


@transaction.atomic
def deliver_fulfilment(*, number: str, by: Actor, at: datetime) -> Fulfilment:
    """The customer has the parcel.

    Raises:
        FulfilmentNotFound: no such parcel in the actor's store.
        IllegalTransition: it is not on its way.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    fulfilment.become(Fulfilment.Status.DELIVERED)
    fulfilment.delivered_at = at
    fulfilment.save(update_fields=["status", "delivered_at"])
    tell(
        FulfilmentDelivered(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            occurred_at=at,
        )
    )
    settle_order(fulfilment.order, at=at)
    return fulfilment


@transaction.atomic
def say_on_the_way(*, number: str, at: datetime) -> Fulfilment:
    """The customer has set out for the store; saying it again changes nothing.

    Raises:
        FulfilmentNotFound: no such bag.
    """
    fulfilment = locked_fulfilment(number)
    if fulfilment.status == Fulfilment.Status.READY and not fulfilment.on_the_way_at:
        fulfilment.on_the_way_at = at
        fulfilment.save(update_fields=["on_the_way_at"])
        nudge(f"work.{fulfilment.store.code}")
    return fulfilment
