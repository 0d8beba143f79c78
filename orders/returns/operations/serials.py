"""Which units come back: of serialised goods, those that were handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from inventory.stock.operations import Scanned, serials_by_sku
from inventory.stock.queries import serials_with_customer, units_sold, whereabouts
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


class Stranger(NamedTuple):
    """A unit that came back and is not known to have left with the order."""

    sku_code: str
    number: str
    field: str


def named_units(order: Order, items: Sequence[Returned]) -> Named:
    """The numbers of the units that come back, by SKU and disposition; of a kit, those of
    its parts. Units that went unscanned may get their names now.

    Raises:
        SerialsWanted, MoreSerialsThanUnits, SerialTwice, NotASerial, NotSerialised:
            `field` names the line at fault.
        SerialNotOfOrder: the customer did not get this unit with this order.
    """
    theirs = (
        serials_with_customer(order.number) if any(item.serials for item in items) else {}
    )
    scanned = [
        Scanned(item.sku_code, item.quantity, item.serials, item.field) for item in items
    ]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    strangers: list[Stranger] = []
    for item, named in zip(items, serials_by_sku(scanned, known=theirs), strict=True):
        for sku, numbers in named.items():
            way = (sku, item.disposition)
            found[way] = found.get(way, ()) + numbers
            strangers += [
                Stranger(sku, number, item.field)
                for number in numbers
                if (sku, number) not in theirs
            ]
    _refuse_strangers(order, strangers)
    return found


def _refuse_strangers(order: Order, strangers: Sequence[Stranger]) -> None:
    """A unit the customer has from this order, or one of those that left it unscanned."""
    if not strangers:
        return
    known = whereabouts((one.sku_code, one.number) for one in strangers)
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
