"""What a channel may sell of levels: one function for every path. Kits have none; what
their parts make of them is told by `shelves`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from inventory.selling.models import IN_BUSINESS, KEPT_BACK
from inventory.selling.queries.terms import places_of
from inventory.stock.demand import Pair

_COLUMNS = f"""
    SELECT s.code, k.code, l.on_hand, l.reserved, l.safety_stock, l.available_to_promise,
           kept
    FROM inventory_stocklevel l
    JOIN stores_store s ON s.id = l.store_id
    JOIN inventory_sku k ON k.id = l.sku_id
    CROSS JOIN LATERAL (SELECT {KEPT_BACK} AS kept OFFSET 0) AS bound
"""  # noqa: S608 - our own names
_BY_CODES = _COLUMNS + "WHERE s.code = ANY(%(stores)s) AND k.code = ANY(%(skus)s)"
_BY_KEYS = _COLUMNS + "WHERE l.id = ANY(%(levels)s)"
_UNITS = f"""
    SELECT s.code, k.code, l.available_to_promise - kept
    FROM inventory_stocklevel l
    JOIN stores_store s ON s.id = l.store_id
    JOIN inventory_sku k ON k.id = l.sku_id
    CROSS JOIN LATERAL (SELECT {KEPT_BACK} AS kept OFFSET 0) AS bound
    WHERE s.code = ANY(%(stores)s) AND k.code = ANY(%(skus)s)
      AND l.available_to_promise > 0 AND l.available_to_promise > kept
      AND (%(channel)s::text IS NULL OR {IN_BUSINESS})
"""  # noqa: S608 - our own names


@dataclass(frozen=True)
class Sellable:
    """What a channel may sell of a SKU at one place, and what keeps it from more.

    `buffer` is what the channel must leave; a block, or a place outside its network,
    leaves it nothing.
    """

    store_code: str
    sku_code: str
    on_hand: int
    reserved: int
    safety_stock: int
    buffer: int
    is_blocked: bool
    is_in_network: bool
    units: int


def sellable_on_shelves(
    *,
    channel: str | None,
    store_codes: Collection[str],
    sku_codes: Collection[str],
    at: datetime,
) -> dict[Pair, Sellable]:
    """What the channel may sell of these SKUs at these places; no level, no entry."""
    parameters = {"stores": list(store_codes), "skus": list(sku_codes)}
    return _asked(_BY_CODES, parameters, channel, at)


def sellable_of(
    levels: Collection[int], *, channel: str | None, at: datetime
) -> dict[Pair, Sellable]:
    """What the channel may sell of these levels, by their keys."""
    return _asked(_BY_KEYS, {"levels": list(levels)}, channel, at)


def units_on_shelves(
    *,
    channel: str | None,
    store_codes: Collection[str],
    sku_codes: Collection[str],
    at: datetime,
) -> dict[Pair, int]:
    """How many the channel may sell of levels; nothing to sell, or a place that is not in
    business, no entry."""
    parameters = {
        "stores": list(store_codes),
        "skus": list(sku_codes),
        "channel": channel,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, parameters)
        return {(store, sku): units for store, sku, units in cursor.fetchall()}


def _asked(
    sql: str,
    parameters: Mapping[str, list[str] | list[int]],
    channel: str | None,
    at: datetime,
) -> dict[Pair, Sellable]:
    network = places_of(channel, at=at)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters, "channel": channel, "at": at})
        rows = cursor.fetchall()
    told = (_told(row, network) for row in rows)
    return {(one.store_code, one.sku_code): one for one in told}


def _told(
    row: tuple[str, str, int, int, int, int, int | None], network: frozenset[str] | None
) -> Sellable:
    store, sku, on_hand, reserved, safety_stock, free, kept = row
    is_in_network = network is None or store in network
    return Sellable(
        store_code=store,
        sku_code=sku,
        on_hand=on_hand,
        reserved=reserved,
        safety_stock=safety_stock,
        buffer=kept or 0,
        is_blocked=is_in_network and kept is None,
        is_in_network=is_in_network,
        units=0 if kept is None else max(0, free - kept),
    )
