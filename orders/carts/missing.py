"""What somebody put into a cart and could not have: noted once the door has answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from inventory.selling.operations import Miss, note_misses
from inventory.selling.queries import places_of, sellable_units
from omniretail.kernel.actors import Actor
from orders.carts.models import Intent
from orders.carts.queries import CartView
from stores.network.queries import open_stores


def note_what_is_missing(
    cart: CartView, line: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Write down how many units of the line its channel could not sell now: in the store
    they are for, or in all places that could send them. The cart is the asker."""
    wanted: int = line["quantity"]
    if not wanted:
        return
    found = sellable_units(
        channel=cart.channel,
        store_codes=_places(cart.channel, line, at),
        sku_codes=[line["sku"]],
        at=at,
    )
    if (lacking := wanted - sum(found.values())) > 0:
        miss = Miss(line["sku"], line.get("store"), lacking, f"cart:{cart.token}")
        note_misses([miss], channel=cart.channel, by=by, at=at)


def _places(channel: str, line: Mapping[str, Any], at: datetime) -> list[str]:
    if line["intent"] != Intent.SHIP:
        return [line["store"]]
    network = places_of(channel, at=at)
    senders = open_stores(at, capability="ship", among=network)
    return [place.code for place in senders]
