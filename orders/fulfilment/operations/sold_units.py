"""Units of bags that a till has sold: somebody is told, and puts another one in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from inventory.stock.serial_numbers import folded
from omniretail.contracts.orders import FulfilmentUnitsReplaced, FulfilmentUnitsSold
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from orders.fulfilment.briefs import brief_with, fulfilment_brief, line_brief, worth_of
from orders.fulfilment.models import Fulfilment, FulfilmentLine, PickedSerial
from orders.fulfilment.operations.lots import note_put_back
from orders.fulfilment.operations.parting import parts_of, put_back_part
from orders.fulfilment.operations.releasing import release_to_customer
from orders.fulfilment.operations.scans import Article
from orders.fulfilment.operations.serials import sold_units
from orders.fulfilment.operations.telling import tell
from orders.fulfilment.parcels import take_worth
from orders.ordering.briefs import order_brief
from orders.ordering.operations import lock_orders

_CLOSED = (Fulfilment.Status.READY, Fulfilment.Status.PACKED)


class NoOtherOneWanted(DomainError):
    """Nobody looks for another one in place of this unit any more."""

    kind = Kind.CONFLICT


@transaction.atomic
def ask_for_other_units(*, sale: str, at: datetime) -> int:
    """Tell whose units have left with this sale although they lie in other bags; answers
    how many bags those are. Said twice, it is told once."""
    left = PickedSerial.objects.filter(line__fulfilment__number=sale)
    gone = list(left.exclude(left_at=None).values_list("sku_id", "number"))
    if not gone:
        return 0
    still = PickedSerial.objects.filter(left_at=None, sold_at=None, line__isnull=False)
    rows = still.filter(
        sku_id__in={sku for sku, _number in gone}, number__in={one for _sku, one in gone}
    )
    found = rows.values_list("line__fulfilment", "line__fulfilment__order__number")
    bags = dict(found)
    orders = lock_orders(sorted(set(bags.values())))
    told = 0
    for bag in Fulfilment.objects.filter(pk__in=bags).select_related("store"):
        bag.order = orders[bags[bag.pk]]
        told += tell_sold(bag, at=at)
    return told


def tell_sold(fulfilment: Fulfilment, *, at: datetime) -> bool:
    """Ask for others in place of the units that a till has sold, unless somebody was asked
    already. The order is locked."""
    rows = [row for row in sold_units(fulfilment) if row.sold_at is None]
    if not rows:
        return False
    PickedSerial.objects.filter(pk__in=[row.pk for row in rows]).update(sold_at=at)
    units = Counter(row.line_id or 0 for row in rows)
    lines = FulfilmentLine.objects.filter(pk__in=units).select_related("order_line")
    briefs = []
    for line in lines.order_by("pk"):
        number = min(units[line.pk], line.live_quantity)
        currency = fulfilment.order.currency
        worth = take_worth(worth_of(line), number, line.live_quantity, currency)
        briefs.append(line_brief(line, number, worth))
    tell(
        FulfilmentUnitsSold(
            order=order_brief(fulfilment.order),
            fulfilment=brief_with(fulfilment, briefs),
            serials=tuple(row.number for row in rows),
            occurred_at=at,
        )
    )
    return True


def awaits_other_units(fulfilment: Fulfilment) -> bool:
    """Whether a bag that nobody picks any more lacks units that a till has sold."""
    is_closed = fulfilment.status in _CLOSED
    is_closed = is_closed or fulfilment.kind == Fulfilment.Kind.CARRY_OUT
    return is_closed and bool(sold_units(fulfilment))


def with_room_for_others(
    fulfilment: Fulfilment, articles: Sequence[Article]
) -> list[Article]:
    """What a bag wants, with the units that a till has sold among what is missing."""
    if not any(one.is_serialised for one in articles):
        return list(articles)
    sold = Counter(row.sku_code for row in sold_units(fulfilment))
    return [replace(one, missing=one.missing + sold[one.sku_code]) for one in articles]


def take_out_sold(
    fulfilment: Fulfilment, lines: list[FulfilmentLine], sku_code: str, *, by: Actor
) -> FulfilmentLine | None:
    """Make room for another unit in place of one that a till has sold; answers its line."""
    row = next((one for one in sold_units(fulfilment) if one.sku_code == sku_code), None)
    if row is None:
        return None
    line = next(one for one in lines if one.pk == row.line_id)
    row.delete()
    note_put_back(fulfilment, line, {sku_code: 1}, by=by)
    return line


def refuse_settled(fulfilment: Fulfilment, serial: str) -> None:
    """Of two who found no other unit in place of one, the later one says nothing new.

    Raises:
        NoOtherOneWanted: the bag has no such unit that a till has sold.
    """
    if folded(serial) not in {row.number for row in sold_units(fulfilment)}:
        raise NoOtherOneWanted(field="serial", bag=fulfilment.number, serial=serial)


def sold_of(
    fulfilment: Fulfilment, line: FulfilmentLine, sku_code: str, serial: str = ""
) -> list[PickedSerial]:
    """The units of one line, or of a part of its kits, that a till has sold; the one with
    this number, if one is said."""
    rows = sold_units(fulfilment)
    of_line = [row for row in rows if row.line_id == line.pk and row.sku_code == sku_code]
    return [row for row in of_line if not serial or row.number == folded(serial)]


def leave_out_sold(
    fulfilment: Fulfilment,
    line: FulfilmentLine,
    sku_code: str,
    serial: str,
    *,
    by: Actor,
) -> None:
    """The unit with this number, which a till has sold, leaves the bag, and no other one
    comes in its place: it is missing."""
    parts = parts_of([line]).get(line.pk)
    for row in sold_of(fulfilment, line, sku_code, serial):
        row.delete()
        if parts:
            put_back_part(line, parts, sku_code)
            note_put_back(fulfilment, line, {sku_code: 1}, by=by)
            continue
        line.picked_quantity -= 1
        line.save(update_fields=["picked_quantity"])


def take_rest_along(fulfilment: Fulfilment, *, by: Actor, at: datetime) -> bool:
    """The customer who waits for other units takes the goods along once none is wanted;
    answers whether that was so."""
    is_waiting = fulfilment.status == Fulfilment.Status.ALLOCATED
    is_here = fulfilment.kind == Fulfilment.Kind.CARRY_OUT and is_waiting
    if not is_here or sold_units(fulfilment):
        return False
    release_to_customer(fulfilment, by=by, at=at)
    return True


def go_on_without_sold(fulfilment: Fulfilment, *, by: Actor, at: datetime) -> None:
    """All others are in: the bag waits as before, or its customer takes it along."""
    if sold_units(fulfilment):
        return
    if fulfilment.kind == Fulfilment.Kind.CARRY_OUT:
        release_to_customer(fulfilment, by=by, at=at)
        return
    tell(
        FulfilmentUnitsReplaced(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            by=by.key,
            occurred_at=at,
        )
    )
