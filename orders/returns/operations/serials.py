"""Which units come back: of serialised goods, those that were handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inventory.catalogue.queries import kit_contents
from inventory.stock.operations import NotSerialised, Scanned, checked_serials
from inventory.stock.queries import (
    Whereabouts,
    serialised,
    serials_with_customer,
    units_sold,
    whereabouts,
)
from inventory.stock.serial_numbers import folded, shared_out
from omniretail.kernel.errors import DomainError, Kind
from orders.ordering.models import Order
from orders.returns.models import ReturnLine

Named = Mapping[tuple[str, str], Sequence[str]]


class SerialNotOfOrder(DomainError):
    """The unit with this serial number was not handed over with this order."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Returned:
    """Units of one order line that come back, as they were scanned; `field` is where in
    the request the numbers stand."""

    sku_code: str
    quantity: int
    disposition: str
    serials: Sequence[str]
    field: str


def named_units(order: Order, items: Sequence[Returned]) -> Named:
    """The numbers of the units that come back, by SKU and disposition; of a kit, those of
    its parts. Units that went unscanned may get their names now.

    Raises:
        SerialsWanted, MoreSerialsThanUnits, SerialTwice, NotASerial, NotSerialised:
            `field` names the line at fault.
        SerialNotOfOrder: the customer did not get this unit with this order.
    """
    contents = _contents(items)
    with_serials = serialised({sku for goods in contents for sku in goods})
    if not with_serials and not any(item.serials for item in items):
        return {}
    theirs = serials_with_customer(order.number)
    scanned: list[Scanned] = []
    ways: list[str] = []
    for item, goods in zip(items, contents, strict=True):
        wanted = {sku: units for sku, units in goods.items() if sku in with_serials}
        if item.serials and not wanted:
            raise NotSerialised(field=item.field, sku=item.sku_code)
        for sku, texts in shared_out(item.serials, wanted, theirs).items():
            scanned.append(Scanned(sku, wanted[sku], texts, item.field))
            ways.append(item.disposition)
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for line, way, numbers in zip(scanned, ways, checked_serials(scanned), strict=True):
        found[line.sku_code, way] = found.get((line.sku_code, way), ()) + numbers
    _refuse_strangers(order, scanned, theirs)
    return found


def _contents(items: Sequence[Returned]) -> list[dict[str, int]]:
    """What lies on shelves of each item: itself, or the parts of a kit."""
    kits = kit_contents({item.sku_code for item in items})
    return [
        {part.code: part.quantity * item.quantity for part in kits[item.sku_code]}
        if item.sku_code in kits
        else {item.sku_code: item.quantity}
        for item in items
    ]


def _refuse_strangers(
    order: Order,
    scanned: Sequence[Scanned],
    theirs: Mapping[tuple[str, str], Whereabouts],
) -> None:
    """A unit the customer has from this order, or one of those that left it unscanned."""
    strangers = [
        (line.sku_code, number, line.field)
        for line in scanned
        for number in map(folded, line.serials)
        if (line.sku_code, number) not in theirs
    ]
    if not strangers:
        return
    known = whereabouts((sku, number) for sku, number, _field in strangers)
    left = _left_unscanned(order)
    for sku, number, field in strangers:
        place = known.get((sku, number))
        left[sku] = left.get(sku, 0) - 1
        if left[sku] < 0 or (place is not None and not place.is_nowhere):
            raise SerialNotOfOrder(field=field, sku=sku, serial=number, order=order.number)


def _left_unscanned(order: Order) -> dict[str, int]:
    """How many units of each SKU left with the order without being scanned, and did not
    come back since."""
    sold = units_sold(order.number)
    left = {sku: one.unnamed for sku, one in sold.items()}
    names = {number for one in sold.values() for number in one.serials}
    back = ReturnLine.objects.filter(order_line__order=order).exclude(serials=[])
    for sku, serials in back.values_list("order_line__sku_code", "serials"):
        late = sum(number not in names for number in serials)
        for code in [sku] if sku in left else list(left):
            left[code] -= late
    return left
