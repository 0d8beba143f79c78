"""How many units of a cart have serial numbers that are to be scanned before the sale."""

from collections.abc import Sequence

from inventory.stock.queries import serialised_units
from orders.carts.models import Intent
from orders.carts.queries import CartLineView


def units_to_name(lines: Sequence[CartLineView]) -> list[int]:
    """Of each line, how many units that are taken along have a serial number."""
    carried = [line for line in lines if line.intent == Intent.CARRY_OUT]
    if not carried:
        return [0] * len(lines)
    units = serialised_units([(line.sku_code, line.quantity) for line in carried])
    wanted = iter([sum(one.values()) for one in units])
    return [next(wanted) if line.intent == Intent.CARRY_OUT else 0 for line in lines]


def unnamed_units(lines: Sequence[CartLineView]) -> list[int]:
    """Of each line, how many of them nobody has scanned."""
    return [
        wanted - len(line.serials) if line.intent == Intent.CARRY_OUT else 0
        for line, wanted in zip(lines, units_to_name(lines), strict=True)
    ]
