"""Which units of a cart are taken along."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from omniretail.kernel.actors import Actor
from orders.carts.models import Cart, CartLine, Intent
from orders.carts.operations.filling import CartChanged, locked_cart, touch
from orders.carts.queries import lines_of
from orders.carts.scanned_units import named_lines


@transaction.atomic
def set_serials(
    *,
    token: str | UUID,
    sku_code: str,
    store_code: str,
    serials: Sequence[str],
    by: Actor,
    at: datetime,
) -> Cart:
    """Let a line that is taken along from a store name these units, and no others.

    Raises:
        CartChanged: the line is not there any more.
        NotASerial, SerialTwice, MoreSerialsThanUnits, NotSerialised: `field` names the
            line.
    """
    cart = locked_cart(token, None)
    key = (sku_code, Intent.CARRY_OUT, store_code)
    lines = lines_of(cart)
    own = [(one.sku_code, one.intent, one.store_code) == key for one in lines]
    if not any(own):
        raise CartChanged(version=cart.version)
    told = [
        replace(line, serials=tuple(serials)) if is_own else line
        for line, is_own in zip(lines, own, strict=True)
    ]
    named = named_lines([one.scanned for one in told])[own.index(True)]
    rows = CartLine.objects.filter(cart=cart, sku_code=sku_code, intent=Intent.CARRY_OUT)
    rows.filter(store__code=store_code).update(
        serials=[number for numbers in named.values() for number in numbers]
    )
    return touch(cart, at)
