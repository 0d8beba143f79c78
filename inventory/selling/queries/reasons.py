"""What binds a channel at levels, now or at a past moment."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.selling.models import IN_BUSINESS, SafetyRuling, SaleBlock
from inventory.selling.queries.terms import BlockView, block_of, places_of
from inventory.stock.demand import Pair

_KEPT = f"""
    SELECT s.code, k.code,
           inventory_kept_back(%(channel)s::text, s.id, k.id, %(at)s::timestamptz),
           {IN_BUSINESS}
    FROM stores_store s, inventory_sku k
    WHERE s.code = ANY(%(stores)s) AND k.code = ANY(%(skus)s)
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class Bounds:
    """What a channel must leave at a level; a block, a place outside its network, or one
    that is not in business, leaves it nothing."""

    buffer: int = 0
    block: BlockView | None = None
    is_in_network: bool = True
    is_in_business: bool = True


UNBOUND = Bounds()


@dataclass(frozen=True)
class Ruling:
    """Which rule keeps back so many units of a level, and since when."""

    units: int
    rule: str
    since: datetime


def bounds(channel: str | None, store_code: str, sku_code: str, *, at: datetime) -> Bounds:
    """What bound the channel there at that moment."""
    found = bounds_of_many(channel, [store_code], [sku_code], at=at)
    return found.get((store_code, sku_code), UNBOUND)


def bounds_of_many(
    channel: str | None,
    store_codes: Collection[str],
    sku_codes: Collection[str],
    *,
    at: datetime,
) -> dict[Pair, Bounds]:
    """What bound the channel at each of these places for each of these SKUs; what nobody
    knows has no entry."""
    if channel is None:
        return {}
    network = places_of(channel, at=at)
    parameters: dict[str, Any] = {
        "channel": channel,
        "stores": list(store_codes),
        "skus": list(sku_codes),
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, parameters)
        rows = cursor.fetchall()
    kept: dict[Pair, int | None] = {(row[0], row[1]): row[2] for row in rows}
    found = {
        (store, sku): Bounds(
            buffer=units or 0,
            is_in_network=network is None or store in network,
            is_in_business=is_in_business,
        )
        for store, sku, units, is_in_business in rows
    }
    barred = [pair for pair in kept if kept[pair] is None and found[pair].is_in_network]
    blocks = _blocks(channel, barred, at) if barred else {}
    return found | {pair: replace(found[pair], block=blocks.get(pair)) for pair in barred}


def rulings_of(
    store_codes: Collection[str],
    sku_codes: Collection[str],
    *,
    at: datetime | None = None,
) -> dict[Pair, Ruling]:
    """The rules by which these levels keep units back; where that is somebody's own
    decision (or, at a past moment, was decided anew since), no entry."""
    rows = SafetyRuling.objects.filter(
        level__store__code__in=store_codes, level__sku__code__in=sku_codes
    ).exclude(rule="")
    if at is not None:
        rows = rows.filter(at__lte=at)
    columns = ("level__store__code", "level__sku__code", "units", "rule", "at")
    return {
        (store, sku): Ruling(units, rule, since)
        for store, sku, units, rule, since in rows.values_list(*columns)
    }


def _blocks(channel: str, pairs: Collection[Pair], at: datetime) -> dict[Pair, BlockView]:
    """The blocks in force, the one for every channel before one for this."""
    rows = (
        SaleBlock.objects.at(at)
        .binding(channel)
        .filter(
            store__code__in={store for store, _sku in pairs},
            sku__code__in={sku for _store, sku in pairs},
        )
        .select_related("store", "sku", "channel")
        .order_by("channel_id")
    )
    return {(row.store.code, row.sku.code): block_of(row) for row in rows}
