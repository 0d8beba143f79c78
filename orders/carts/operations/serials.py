"""Which units of a cart are taken along."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from inventory.stock.operations import MoreSerialsThanUnits, elsewhere
from inventory.stock.queries import whereabouts
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from orders.carts.models import Cart, CartLine, Intent
from orders.carts.operations.filling import CartChanged, locked_cart, set_line, touch
from orders.carts.queries import lines_of
from orders.carts.scanned_units import named_lines


class NotTakenAlong(DomainError):
    """Only what is taken along is scanned into the cart."""

    constraints = ("only_what_is_taken_along_has_serials",)


@transaction.atomic
def set_named_line(*, serials: Sequence[str], by: Actor, at: datetime, **line: Any) -> Cart:
    """`set_line`, and these are its units that have serial numbers, and no others. Said
    twice, it is the same.

    Raises:
        NotTakenAlong: the units leave later; their numbers are scanned then.
        NotASerial, SerialTwice, MoreSerialsThanUnits, NotSerialised, SerialElsewhere: as
            for `name_units`; `field` names the number.
        CartClosed, CartChanged, CartFull, NotForSale, StoreDoesNotOfferThat: as for
            `set_line`.
    """
    cart = set_line(**line, by=by, at=at)
    if line["intent"] != Intent.CARRY_OUT:
        if serials:
            raise NotTakenAlong(field="serials", sku=line["sku_code"])
        return cart
    if not line["quantity"]:
        if serials:
            raise MoreSerialsThanUnits(field="serials", sku=line["sku_code"])
        return cart
    return name_units(
        token=line["token"],
        sku_code=line["sku_code"],
        store_code=line["store_code"],
        serials=serials,
        by=by,
        at=at,
        field="serials",
    )


@transaction.atomic
def name_units(
    *,
    token: str | UUID,
    sku_code: str,
    store_code: str,
    serials: Sequence[str],
    by: Actor,
    at: datetime,
    field: str | None = None,
) -> Cart:
    """Let a line that is taken along from a store name these units, and no others.

    Raises:
        CartChanged: the line is not there any more.
        NotASerial, SerialTwice, MoreSerialsThanUnits, NotSerialised: `field` names the
            number, or the line.
        SerialElsewhere: the unit with this number is not on hand here.
    """
    cart = locked_cart(token, None)
    key = (sku_code, Intent.CARRY_OUT, store_code)
    lines = lines_of(cart)
    own = [(one.sku_code, one.intent, one.store_code) == key for one in lines]
    if not any(own):
        raise CartChanged(version=cart.version)
    place = own.index(True)
    told = [one.scanned for one in lines]
    where = field or f"lines/{place}/serials"
    told[place] = replace(told[place], serials=tuple(serials), field=where)
    named = named_lines(told)[place]
    pairs = [(sku, number) for sku, numbers in named.items() for number in numbers]
    for unit in whereabouts(pairs).values():
        if not unit.is_on_hand_in(store_code):
            raise elsewhere(unit, field=where)
    rows = CartLine.objects.filter(cart=cart, sku_code=sku_code, intent=Intent.CARRY_OUT)
    rows.filter(store__code=store_code).update(serials=[number for _sku, number in pairs])
    return touch(cart, at)
