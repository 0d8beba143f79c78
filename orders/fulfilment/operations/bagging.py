"""A picked bag is closed: it stands in its bay, or is packed for the carrier."""

from datetime import datetime

from django.db import transaction

from omniretail.contracts.orders import FulfilmentPacked, FulfilmentReady
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from orders.fulfilment.briefs import fulfilment_brief
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.operations.coding import issue_code
from orders.fulfilment.operations.looking_up import locked_lines, staff_fulfilment
from orders.fulfilment.operations.serials import refuse_sold
from orders.fulfilment.operations.telling import tell
from orders.ordering.briefs import order_brief
from stores.network.queries import get_store, keep_until
from stores.people.roles import WORK_PICK


class UnitsMissing(DomainError):
    """Some units are neither picked nor reported missing."""

    kind = Kind.RULE


class WrongKind(DomainError):
    """These goods leave the store in another way."""

    kind = Kind.RULE


@transaction.atomic
def mark_ready(*, number: str, bay: str, by: Actor, at: datetime) -> Fulfilment:
    """The bag stands in its bay and waits for the customer, who gets the code.

    Raises:
        WrongKind: it is to be shipped.
        UnitsMissing: some units are neither picked nor reported missing.
        UnitSoldMeanwhile: a till has sold one of them.
        IllegalTransition: it is not being picked.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    _refuse_unless(fulfilment, Fulfilment.Kind.COLLECT)
    fulfilment.become(Fulfilment.Status.READY)
    _refuse_missing(fulfilment)
    fulfilment.ready_at, fulfilment.bay = at, bay
    fulfilment.keep_until = keep_until(get_store(fulfilment.store.code), at)
    issue_code(fulfilment)
    fulfilment.save()
    tell(
        FulfilmentReady(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            bay=bay,
            keep_until=fulfilment.keep_until,
            occurred_at=at,
        )
    )
    return fulfilment


@transaction.atomic
def pack_fulfilment(*, number: str, by: Actor, at: datetime) -> Fulfilment:
    """The parcel is closed and waits for the carrier.

    Raises:
        WrongKind: it is to be collected.
        UnitsMissing: some units are neither picked nor reported missing.
        UnitSoldMeanwhile: a till has sold one of them.
        IllegalTransition: it is not being picked.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    _refuse_unless(fulfilment, Fulfilment.Kind.SHIP)
    fulfilment.become(Fulfilment.Status.PACKED)
    _refuse_missing(fulfilment)
    fulfilment.packed_at = fulfilment.ready_at = at
    fulfilment.packed_by = by.key
    fulfilment.save()
    tell(
        FulfilmentPacked(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            by=by.key,
            occurred_at=at,
        )
    )
    return fulfilment


def _refuse_unless(fulfilment: Fulfilment, kind: str) -> None:
    if fulfilment.kind != kind:
        raise WrongKind(number=fulfilment.number, leaves=fulfilment.kind)


def _refuse_missing(fulfilment: Fulfilment) -> None:
    missing = [line for line in locked_lines(fulfilment) if line.missing_quantity]
    if missing:
        raise UnitsMissing(
            units=sum(line.missing_quantity for line in missing),
            names=[line.order_line.name for line in missing],
        )
    refuse_sold(fulfilment)
