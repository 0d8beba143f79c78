"""What a channel may sell of SKUs and kits: a kit has what its parts make.

Only what no place has can be a kit, so nothing more is asked for other SKUs.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from inventory.catalogue.kits import Kit, Kits, shelf_codes
from inventory.catalogue.queries import kits
from inventory.selling.queries.figures import (
    Sellable,
    sellable_on_shelves,
    units_on_shelves,
)
from inventory.stock.demand import Pair


@dataclass(frozen=True)
class Shelves:
    """What a channel may sell of SKUs and of the parts of kits at places, and which are
    kits."""

    free: dict[str, dict[str, int]]
    kits: Kits = field(default_factory=dict)

    def at(self, store_code: str) -> dict[str, int]:
        """What may be sold at one place, by SKU."""
        return self.free.get(store_code, {})


def shelves_of(
    *,
    channel: str | None,
    store_codes: Collection[str],
    sku_codes: Collection[str],
    at: datetime,
) -> Shelves:
    """What the channel may sell of these SKUs; of kits, of their parts: a request for a
    kit and for one of its parts meets the same units."""
    units = units_on_shelves(
        channel=channel, store_codes=store_codes, sku_codes=sku_codes, at=at
    )
    made_up = kits(set(sku_codes) - {sku for _store, sku in units})
    if made_up:
        parts = shelf_codes(made_up, made_up)
        units |= units_on_shelves(
            channel=channel, store_codes=store_codes, sku_codes=parts, at=at
        )
    free: dict[str, dict[str, int]] = {}
    for (store, sku), here in units.items():
        free.setdefault(store, {})[sku] = here
    return Shelves(free, made_up)


def sellable_units(
    *,
    channel: str | None,
    store_codes: Collection[str],
    sku_codes: Collection[str],
    at: datetime,
) -> dict[Pair, int]:
    """How many the channel may sell, by place and SKU; nothing to sell, no entry. Of a
    kit, what its parts make if nothing else is asked of them."""
    shelves = shelves_of(
        channel=channel, store_codes=store_codes, sku_codes=sku_codes, at=at
    )
    wanted, found = set(sku_codes), dict[Pair, int]()
    for store, here in shelves.free.items():
        found |= {(store, sku): units for sku, units in here.items() if sku in wanted}
        for code, kit in shelves.kits.items():
            if units := kit.whole(here):
                found[store, code] = units
    return found


def sellable(
    *,
    channel: str | None,
    store_codes: Collection[str],
    sku_codes: Collection[str],
    at: datetime,
) -> dict[Pair, Sellable]:
    """What the channel may sell of these SKUs at these places; no level, no entry. Of a
    kit, what its parts make, where there is a level of each."""
    found = sellable_on_shelves(
        channel=channel, store_codes=store_codes, sku_codes=sku_codes, at=at
    )
    made_up = kits(set(sku_codes) - {sku for _store, sku in found})
    if not made_up:
        return found
    parts = sellable_on_shelves(
        channel=channel,
        store_codes=store_codes,
        sku_codes=shelf_codes(made_up, made_up),
        at=at,
    )
    for store in {store for store, _sku in parts}:
        for kit in made_up.values():
            here = {sku: parts[store, sku] for sku in kit.parts if (store, sku) in parts}
            if len(here) == len(kit.parts):
                found[store, kit.code] = _whole(store, kit, here)
    return found


def _whole(store_code: str, kit: Kit, parts: Mapping[str, Sellable]) -> Sellable:
    """What keeps the parts, in whole kits: promises first, then the safety stock, then
    what the channel must leave."""
    on_hand = kit.whole({sku: one.on_hand for sku, one in parts.items()})
    loose = kit.whole({sku: one.on_hand - one.reserved for sku, one in parts.items()})
    free = kit.whole(
        {sku: one.on_hand - one.reserved - one.safety_stock for sku, one in parts.items()}
    )
    units = kit.whole({sku: one.units for sku, one in parts.items()})
    is_blocked = any(one.is_blocked for one in parts.values())
    is_in_network = all(one.is_in_network for one in parts.values())
    return Sellable(
        store_code=store_code,
        sku_code=kit.code,
        on_hand=on_hand,
        reserved=on_hand - loose,
        safety_stock=loose - free,
        buffer=0 if is_blocked or not is_in_network else free - units,
        is_blocked=is_blocked,
        is_in_network=is_in_network,
        units=units,
    )
