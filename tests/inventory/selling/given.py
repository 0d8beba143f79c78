"""Channels and their terms, made by the operations themselves."""

from datetime import datetime
from typing import Any

from inventory.selling.models import SellingChannel
from inventory.selling.operations import (
    Goods,
    block_sale,
    save_channel,
    set_buffer,
    set_network,
)
from inventory.selling.queries import BlockView, NetworkPlace, sellable_units
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON


def channel(code: str = "SITE") -> str:
    """A channel that somebody wrote down."""
    if not SellingChannel.objects.filter(code=code).exists():
        save_channel(code=code, name=code.title(), by=SYSTEM, at=NOON)
    return code


def network(code: str, *stores: str, at: datetime = NOON) -> None:
    """The channel sells from these places and no others."""
    places = [NetworkPlace(store, 100) for store in stores]
    set_network(channel=channel(code), places=places, by=SYSTEM, at=at)


def buffer(
    units: int,
    *,
    code: str = "SITE",
    store: str | None = None,
    category: str | None = None,
    sku: str | None = None,
    at: datetime = NOON,
) -> bool:
    """The channel leaves so many units of these goods."""
    goods = Goods(store, category, sku)
    return set_buffer(channel=channel(code), goods=goods, units=units, by=SYSTEM, at=at)


def block(store: str = "msk-1", sku: str = "S-1", **terms: Any) -> BlockView:
    """The place sells none of it."""
    known: dict[str, Any] = {"reason": "QUALITY", "by": SYSTEM, "at": NOON}
    return block_sale(store_code=store, sku_code=sku, **(known | terms))


def sold_by(
    code: str | None, *, store: str = "msk-1", sku: str = "S-1", at: datetime = NOON
) -> int:
    """How many units the channel may sell there."""
    units = sellable_units(channel=code, store_codes=[store], sku_codes=[sku], at=at)
    return units.get((store, sku), 0)
