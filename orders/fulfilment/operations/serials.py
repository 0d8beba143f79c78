"""Units with serial numbers: each is scanned, and lies in one bag or in one hand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F

from inventory.catalogue.queries import sku_ids
from inventory.stock.operations import see_serial
from inventory.stock.queries import Whereabouts, whereabouts
from inventory.stock.serial_numbers import folded
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from orders.carts.scanned_units import NamedLine
from orders.fulfilment.models import (
    Fulfilment,
    FulfilmentLine,
    FulfilmentPart,
    PickedSerial,
)
from orders.fulfilment.operations.scans import Article
from orders.ordering.models import Order

Known = Mapping[tuple[str, str], Whereabouts]


class SerialInAnotherBag(DomainError):
    """The unit with this serial number lies in a bag already."""

    kind = Kind.CONFLICT
    constraints = ("serial_lies_in_one_bag",)


class SerialBeingPaid(DomainError):
    """Another customer is paying for the unit with this serial number."""

    kind = Kind.CONFLICT


class UnitSoldMeanwhile(DomainError):
    """A till has sold this unit meanwhile. Scan another one."""

    kind = Kind.CONFLICT
    constraints = ("what_a_till_has_sold_leaves_with_no_bag",)


def put_in(
    fulfilment: Fulfilment,
    line: FulfilmentLine,
    article: Article,
    number: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The unit with this number lies in the bag now.

    Raises:
        SerialInAnotherBag, SerialBeingPaid: it lies in a bag already, or somebody has it
            in hand; the answer says which one, or for which order.
        SerialElsewhere, EveryUnitNamed: it is not on hand here.
    """
    _see_unit(
        store_code=fulfilment.store.code,
        sku_code=article.sku_code,
        number=number,
        reference=fulfilment.order.number,
        by=by,
        at=at,
    )
    PickedSerial.objects.create(
        line=line, sku_id=article.sku_id, sku_code=article.sku_code, number=number
    )


def keep_in_hand(
    order: Order,
    *,
    store_code: str,
    sku_code: str,
    number: str,
    by: Actor,
    at: datetime,
    field: str,
) -> None:
    """The customer of the order has the unit with this number in hand while the payment is
    asked; until that is answered it is nobody else's.

    Raises:
        SerialInAnotherBag, SerialBeingPaid: it lies in a bag, or somebody else has it in
            hand; the answer says which one, or for which order.
        SerialElsewhere, EveryUnitNamed: it is not on hand here.
    """
    _see_unit(
        store_code=store_code,
        sku_code=sku_code,
        number=number,
        reference=order.number,
        by=by,
        at=at,
        field=field,
    )
    PickedSerial.objects.create(
        order=order, sku_id=sku_ids([sku_code])[sku_code], sku_code=sku_code, number=number
    )


def let_go(order: Order) -> None:
    """The units are in nobody's hands any more: the order does not stand, or they go out
    with it."""
    PickedSerial.objects.being_paid(order).delete()


def _see_unit(
    *,
    store_code: str,
    sku_code: str,
    number: str,
    reference: str,
    by: Actor,
    at: datetime,
    field: str = "serial",
) -> None:
    """The unit with this number is here, and is nobody else's. Its level stays locked, so
    of two who see it at once the later one finds what the first one wrote."""
    see_serial(
        store_code=store_code,
        sku_code=sku_code,
        number=number,
        reference=reference,
        by=by,
        at=at,
        field=field,
    )
    _refuse_taken(sku_code, number, field)


def _refuse_taken(sku_code: str, number: str, field: str) -> None:
    rows = PickedSerial.objects.filter(
        sku__code=sku_code, number=number, left_at=None, sold_at=None
    )
    for bag, order in rows.values_list("line__fulfilment__number", "order__number"):
        unit = {"field": field, "sku": sku_code, "serial": number}
        if order is not None:
            raise SerialBeingPaid(**unit, order=order)
        raise SerialInAnotherBag(**unit, bag=bag)


def take_out(line: FulfilmentLine, sku_code: str, number: str = "") -> bool:
    """The unit with this number, or the last one of a SKU, leaves the bag: one that a till
    has sold before any other. Answers whether the number was there, if one is said."""
    rows = PickedSerial.objects.filter(line=line, sku_code=sku_code, left_at=None)
    if number:
        return bool(rows.filter(number=folded(number)).delete()[0])
    last = rows.order_by(F("sold_at").asc(nulls_first=True), "pk").last()
    if last is not None:
        last.delete()
    return True


def leave_out_serials(line: FulfilmentLine, parts: Sequence[FulfilmentPart]) -> None:
    """Of parts for kits that will not be, the last ones picked leave the bag."""
    for part in parts:
        rows = PickedSerial.objects.filter(line=line, sku=part.sku_id, left_at=None)
        surplus = rows.count() - part.picked_quantity
        for row in list(rows.order_by("-pk")[: max(surplus, 0)]):
            row.delete()


def empty_of_serials(fulfilment: Fulfilment) -> None:
    """A bag that will not be has no units."""
    PickedSerial.objects.in_bag(fulfilment).delete()


def leaving_serials(
    fulfilment: Fulfilment, at: datetime
) -> Mapping[tuple[str, str], list[str]]:
    """The numbers of the units that leave with a bag now, by promise and SKU. A unit that
    was moved meanwhile is not what leaves: the one that does has no name.

    Raises:
        UnitSoldMeanwhile: a till has sold one of them.
    """
    rows = PickedSerial.objects.in_bag(fulfilment).select_related("line")
    known = _known(rows)
    _refuse_sold(fulfilment, _sold_of(rows, known))
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        place = known.get((row.sku_code, row.number))
        if place is None or not place.is_on_hand_in(fulfilment.store.code):
            row.delete()
            continue
        line = row.line.promise_line if row.line else ""
        found.setdefault((line, row.sku_code), []).append(row.number)
    if found:
        PickedSerial.objects.in_bag(fulfilment).update(left_at=at)
    return found


def refuse_sold(fulfilment: Fulfilment) -> None:
    """Nothing leaves in place of a unit that a till has sold.

    Raises:
        UnitSoldMeanwhile: the bag names such a unit.
    """
    _refuse_sold(fulfilment, sold_units(fulfilment))


def sold_units(fulfilment: Fulfilment) -> list[PickedSerial]:
    """The units of a bag that a till has sold, whether or not anybody was told."""
    rows = PickedSerial.objects.in_bag(fulfilment)
    return _sold_of(rows, _known(rows))


def _refuse_sold(fulfilment: Fulfilment, units: Sequence[PickedSerial]) -> None:
    for unit in units:
        raise UnitSoldMeanwhile(
            field="serial", bag=fulfilment.number, sku=unit.sku_code, serial=unit.number
        )


def _known(rows: Iterable[PickedSerial]) -> Known:
    units = [(row.sku_code, row.number) for row in rows]
    return whereabouts(units) if units else {}


def _sold_of(rows: Iterable[PickedSerial], known: Known) -> list[PickedSerial]:
    places = ((row, known.get((row.sku_code, row.number))) for row in rows)
    return [
        row
        for row, place in places
        if row.sold_at is not None or (place is not None and place.is_with_customer)
    ]


def write_down_units(
    bag: Fulfilment,
    lines: Mapping[int, NamedLine],
    *,
    left_at: datetime | None = None,
) -> None:
    """These units, by position, lie in a bag that nobody packed, or left with it before
    anybody here heard of it. One that was put into another bag meanwhile stays there."""
    if not any(lines.values()):
        return
    rows = FulfilmentLine.objects.of(bag)
    carried = {row.order_line.position: row for row in rows}
    skus = {
        (place, row.order_line.sku_code): row.order_line.sku_id
        for place, row in carried.items()
    }
    skus |= {
        (place, part.sku_code): part.sku_id
        for place, row in carried.items()
        for part in row.parts.all()
    }
    PickedSerial.objects.bulk_create(
        [
            PickedSerial(
                line=carried[position],
                sku_id=skus[position, sku],
                sku_code=sku,
                number=number,
                left_at=left_at,
            )
            for position, line in lines.items()
            for sku, numbers in line.items()
            for number in numbers
            if position in carried
        ],
        ignore_conflicts=True,
    )
