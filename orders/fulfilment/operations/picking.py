"""Collecting the goods from the shelves, one scan at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from django.db import transaction

from inventory.catalogue.queries import sku_cards
from inventory.promises.operations import pick_promises
from omniretail.contracts.orders import (
    FulfilmentAccepted,
    FulfilmentPicking,
)
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from orders.fulfilment.briefs import fulfilment_brief
from orders.fulfilment.models import Fulfilment, FulfilmentLine, FulfilmentPart
from orders.fulfilment.operations.bagging import WrongKind
from orders.fulfilment.operations.looking_up import locked_lines, staff_fulfilment
from orders.fulfilment.operations.lots import note_picked, note_put_back
from orders.fulfilment.operations.parting import (
    PartsByLine,
    parts_of,
    pick_part,
    put_back_part,
)
from orders.fulfilment.operations.scans import Pick, articles_of, read_scan
from orders.fulfilment.operations.serials import put_in, take_out
from orders.fulfilment.operations.sold_units import (
    awaits_other_units,
    go_on_without_sold,
    take_out_sold,
    with_room_for_others,
)
from orders.fulfilment.operations.telling import tell
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order
from stores.people.roles import WORK_PICK


class NotThisItem(DomainError):
    """This item does not belong in the bag."""

    kind = Kind.RULE


class AllPicked(DomainError):
    """All units of this item are in the bag already."""

    kind = Kind.CONFLICT


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
    *,
    number: str,
    code: str,
    by: Actor,
    at: datetime,
    quantity: int = 1,
    serial: str = "",
    lot: str = "",
) -> FulfilmentLine:
    """Put scanned units into the bag; the first scan also starts the picking.

    `code` is what the scanner read (a GTIN, a GS1 symbol, or the serial number of a unit)
    or the SKU's own code. Of a kit, each part is scanned; of a serialised SKU each unit, by
    its number. Units are of the `lot` that is named, or the first to expire. A symbol says
    article, number and lot at once. Where a till has sold a unit of the bag meanwhile,
    another one takes its place, also after the picking.

    Raises:
        NotThisItem: it is something else; the answer says what, and what is wanted.
        AllPicked: the bag has all units of it, or fewer are missing than given.
        SerialWanted: which unit it is has to be scanned too.
        SerialInAnotherBag, SerialElsewhere, EveryUnitNamed: it cannot be this unit.
        NoLotsKept, LotNotHere, LotPastSale: it cannot be of that lot.
        IllegalTransition: the bag is not at the shelves.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    is_closed = awaits_other_units(fulfilment)
    if fulfilment.status != Fulfilment.Status.PICKING and not is_closed:
        _begin(fulfilment, by, at)
    lines = locked_lines(fulfilment)
    parts = parts_of(lines)
    articles = with_room_for_others(fulfilment, articles_of(lines, parts))
    pick = read_scan(
        articles, code, quantity, serial=serial, lot=lot.strip(), today=at.date()
    )
    line = None if is_closed else _find(lines, parts, pick)
    if line is None and pick.serial:
        line = take_out_sold(fulfilment, lines, pick.sku_code, by=by)
    if line is None:
        _refuse(fulfilment.order, lines, parts, code, pick.sku_code, at)
    if pick.serial:
        article = next(one for one in articles if one.sku_code == pick.sku_code)
        put_in(fulfilment, line, article, pick.serial, by=by, at=at)
    note_picked(fulfilment, line, pick.sku_code, pick.quantity, pick.lot, by=by, at=at)
    if is_closed:
        go_on_without_sold(fulfilment, by=by, at=at)
    return line


@transaction.atomic
def put_back_unit(
    *,
    number: str,
    position: int,
    by: Actor,
    at: datetime,
    part: str = "",
    serial: str = "",
) -> FulfilmentLine:
    """Undo one pick; of a kit, that of a `part`; of serialised units the one with this
    number, or the last one.

    Raises:
        NotThisItem: the bag has no such line, or nothing of it.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    found = [row for row in locked_lines(fulfilment) if row.order_line.position == position]
    if fulfilment.status != Fulfilment.Status.PICKING or not found:
        raise NotThisItem(position=position)
    (line,) = found
    parts = parts_of(found).get(line.pk)
    if not take_out(line, part if parts else line.order_line.sku_code, serial):
        raise NotThisItem(position=position, serial=serial)
    if parts and put_back_part(line, parts, part):
        note_put_back(fulfilment, line, {part: 1}, by=by)
        return line
    if parts or not line.picked_quantity:
        raise NotThisItem(position=position)
    line.picked_quantity -= 1
    line.save(update_fields=["picked_quantity"])
    note_put_back(fulfilment, line, {line.order_line.sku_code: 1}, by=by)
    return line


def _accept(fulfilment: Fulfilment, by: Actor, at: datetime) -> None:
    if fulfilment.kind == Fulfilment.Kind.CARRY_OUT:
        raise WrongKind(number=fulfilment.number, leaves=fulfilment.kind)
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


def _find(
    lines: Sequence[FulfilmentLine], parts: PartsByLine, pick: Pick
) -> FulfilmentLine | None:
    """Count it as found for the first line, or kit, that still wants so many."""
    for line in _plain(lines, pick.sku_code):
        if FulfilmentLine.objects.pick(line.pk, pick.quantity):
            line.picked_quantity += pick.quantity
            return line
    return pick_part(lines, parts, pick.sku_code, pick.quantity)


def _plain(lines: Sequence[FulfilmentLine], sku_code: str) -> list[FulfilmentLine]:
    """The lines that want this SKU by itself, not as part of a kit."""
    return [
        line
        for line in lines
        if line.order_line.sku_code == sku_code and not line.order_line.sku.is_kit
    ]


def _refuse(
    order: Order,
    lines: Sequence[FulfilmentLine],
    parts: PartsByLine,
    code: str,
    sku_code: str,
    at: datetime,
) -> NoReturn:
    """Say why what was scanned does not go into the bag."""
    names = [line.order_line.name for line in _plain(lines, sku_code)]
    names += [
        part.name for own in parts.values() for part in own if part.sku_code == sku_code
    ]
    if names:
        raise AllPicked(sku=sku_code, name=names[0])
    known = sku_cards([sku_code], at=at, currency=order.currency).get(sku_code)
    raise NotThisItem(
        scanned=code,
        scanned_name=known.name if known else "",
        expected=[name for line in lines for name in _expected(line, parts.get(line.pk))],
    )


def _expected(line: FulfilmentLine, parts: Sequence[FulfilmentPart] | None) -> list[str]:
    """The names of what is still to be found for a line."""
    if parts:
        return [part.name for part in parts if part.missing_quantity(line)]
    return [line.order_line.name] if line.missing_quantity else []
