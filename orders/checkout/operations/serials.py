"""Units with serial numbers that a customer carries out: scanned before they are paid."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from inventory.stock.operations import SerialsWanted
from omniretail.kernel.actors import Actor
from orders.carts.models import Intent
from orders.carts.operations import name_units, set_line
from orders.carts.queries import CartLineView, CartView, cart_view, scanned_units
from orders.carts.scanned_units import NamedLine, ScannedLine, named_lines
from orders.checkout.naming import unnamed_units
from orders.fulfilment.operations import keep_in_hand
from orders.ordering.models import Order


@transaction.atomic
def scan_unit(
    *, token: str, sku_code: str, store_code: str, serial: str, by: Actor, at: datetime
) -> None:
    """One unit is taken along: one that lies in the cart without a name, else one more.

    Raises:
        NotASerial, SerialTwice, NotSerialised, SerialElsewhere: it cannot be this unit;
            `field` names the line.
        CartClosed, CartFull, NotForSale, StoreDoesNotOfferThat: as for `set_line`.
    """
    line = cart_view(token).line(sku_code, Intent.CARRY_OUT, store_code)
    known = line.serials if line else ()
    if line is None or unnamed_units([line]) == [0]:
        set_line(
            token=token,
            sku_code=sku_code,
            intent=Intent.CARRY_OUT,
            store_code=store_code,
            quantity=line.quantity + 1 if line else 1,
            by=by,
            at=at,
        )
    name_units(
        token=token,
        sku_code=sku_code,
        store_code=store_code,
        serials=(*known, serial),
        by=by,
        at=at,
    )


def see_units(order: Order, cart: CartView, *, by: Actor, at: datetime) -> None:
    """The units to be taken along are here, in the hands of whoever sells them, and stay
    there until the payment is answered. The goods of the order are held, so their levels
    are locked already.

    Raises:
        SerialsWanted: units were not scanned.
        SerialElsewhere, EveryUnitNamed, SerialInAnotherBag, SerialBeingPaid: it cannot be
            this unit.
    """
    _refuse_unnamed(cart.lines)
    for index, (line, named) in enumerate(zip(cart.lines, _named(cart.lines), strict=True)):
        for sku, number in _pairs(named):
            keep_in_hand(
                order,
                store_code=line.store_code or "",
                sku_code=sku,
                number=number,
                by=by,
                at=at,
                field=f"lines/{index}/serials",
            )


def carried_units(order: Order) -> dict[int, NamedLine]:
    """The numbers of the units that leave at once, by position."""
    scanned = scanned_units(order.cart_id) if order.cart_id else {}
    if not scanned:
        return {}
    rows = order.lines.filter(intent=Intent.CARRY_OUT).order_by("position")
    told = {
        position: ScannedLine(sku, quantity, scanned.get((sku, store), ()))
        for position, sku, quantity, store in rows.values_list(
            "position", "sku_code", "quantity", "store__code"
        )
    }
    return dict(zip(told, named_lines(list(told.values())), strict=True))


def _refuse_unnamed(lines: Sequence[CartLineView]) -> None:
    for index, missing in enumerate(unnamed_units(lines)):
        if missing > 0:
            raise SerialsWanted(
                field=f"lines/{index}/serials",
                sku=lines[index].sku_code,
                wanted=missing + len(lines[index].serials),
                scanned=len(lines[index].serials),
            )


def _named(lines: Sequence[CartLineView]) -> list[NamedLine]:
    return named_lines([one.scanned for one in lines])


def _pairs(named: NamedLine) -> list[tuple[str, str]]:
    return [(sku, number) for sku, numbers in named.items() for number in numbers]
