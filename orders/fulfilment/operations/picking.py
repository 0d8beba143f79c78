"""Collecting the goods from the shelves, one scan at a time."""

from datetime import datetime

from django.db import transaction

from inventory.catalogue.queries import SkuNotFound, sku_by_gtin, sku_cards
from inventory.promises.operations import pick_promises
from omniretail.contracts.orders import (
    FulfilmentAccepted,
    FulfilmentPacked,
    FulfilmentPicking,
    FulfilmentReady,
)
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from orders.fulfilment.briefs import fulfilment_brief
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations.coding import issue_code
from orders.fulfilment.operations.looking_up import locked_lines, staff_fulfilment
from orders.fulfilment.operations.telling import tell
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order
from stores.network.queries import get_store, keep_until
from stores.people.roles import WORK_PICK


class NotThisItem(DomainError):
    """This item does not belong in the bag."""

    kind = Kind.RULE


class AllPicked(DomainError):
    """All units of this item are in the bag already."""

    kind = Kind.CONFLICT


class UnitsMissing(DomainError):
    """Some units are neither picked nor reported missing."""

    kind = Kind.RULE


class WrongKind(DomainError):
    """These goods leave the store in another way."""

    kind = Kind.RULE


@transaction.atomic
def accept_fulfilment(*, number: str, by: Actor, at: datetime) -> Fulfilment:
    """The store takes the job.

    Raises:
        FulfilmentNotFound: no such bag in the actor's store.
        IllegalTransition: it was accepted before, or called off.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    _accept(fulfilment, by, at)
    return fulfilment


@transaction.atomic
def start_picking(*, number: str, by: Actor, at: datetime) -> Fulfilment:
    """A clerk goes to the shelves; a job nobody took yet is accepted with it.

    Raises:
        FulfilmentNotFound: no such bag in the actor's store.
        IllegalTransition: it is being picked, picked, or called off.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    _begin(fulfilment, by, at)
    return fulfilment


@transaction.atomic
def pick_unit(
    *, number: str, code: str, by: Actor, at: datetime, quantity: int = 1
) -> FulfilmentLine:
    """Put scanned units into the bag; the first scan also starts the picking.

    `code` is what the scanner read (a GTIN) or the SKU's own code.

    Raises:
        NotThisItem: it is something else; the answer says what, and what is wanted.
        AllPicked: the bag has all units of it, or fewer are missing than given.
        IllegalTransition: the bag is not at the shelves.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    if fulfilment.status != Fulfilment.Status.PICKING:
        _begin(fulfilment, by, at)
    lines = locked_lines(fulfilment)
    found = _matching(fulfilment.order, lines, code, at)
    for line in found:
        if FulfilmentLine.objects.pick(line.pk, quantity):
            line.picked_quantity += quantity
            return line
    raise AllPicked(sku=found[0].order_line.sku_code, name=found[0].order_line.name)


@transaction.atomic
def put_back_unit(*, number: str, position: int, by: Actor, at: datetime) -> FulfilmentLine:
    """Undo one pick.

    Raises:
        NotThisItem: the bag has no such line, or nothing of it.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    for line in locked_lines(fulfilment):
        at_shelves = fulfilment.status == Fulfilment.Status.PICKING
        if line.order_line.position == position and line.picked_quantity and at_shelves:
            line.picked_quantity -= 1
            line.save(update_fields=["picked_quantity"])
            return line
    raise NotThisItem(position=position)


@transaction.atomic
def mark_ready(*, number: str, bay: str, by: Actor, at: datetime) -> Fulfilment:
    """The bag stands in its bay and waits for the customer, who gets the code.

    Raises:
        WrongKind: it is to be shipped.
        UnitsMissing: some units are neither picked nor reported missing.
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


def _accept(fulfilment: Fulfilment, by: Actor, at: datetime) -> None:
    fulfilment.become(Fulfilment.Status.ACCEPTED)
    fulfilment.accepted_at, fulfilment.accepted_by = at, by.key
    fulfilment.save()
    tell(
        FulfilmentAccepted(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            by=by.key,
            occurred_at=at,
        )
    )


def _begin(fulfilment: Fulfilment, by: Actor, at: datetime) -> None:
    if fulfilment.status == Fulfilment.Status.ALLOCATED:
        _accept(fulfilment, by, at)
    fulfilment.become(Fulfilment.Status.PICKING)
    fulfilment.picking_at, fulfilment.picked_by = at, by.key
    fulfilment.save()
    pick_promises(
        reference=fulfilment.order.number,
        lines=[line.promise_line for line in locked_lines(fulfilment)],
        by=by,
        at=at,
    )
    tell(
        FulfilmentPicking(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            by=by.key,
            occurred_at=at,
        )
    )


def _matching(
    order: Order, lines: list[FulfilmentLine], code: str, at: datetime
) -> list[FulfilmentLine]:
    """The lines that want what was scanned."""
    try:
        sku_code = sku_by_gtin(code)
    except SkuNotFound:
        sku_code = code
    found = [line for line in lines if line.order_line.sku_code == sku_code]
    if found:
        return found
    known = sku_cards([sku_code], at=at, currency=order.currency).get(sku_code)
    raise NotThisItem(
        scanned=code,
        scanned_name=known.name if known else "",
        expected=[line.order_line.name for line in lines if line.missing_quantity],
    )


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
