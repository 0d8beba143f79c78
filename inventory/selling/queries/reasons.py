"""What binds a channel at one level, now or at a past moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.selling.models import SafetyRuling, SaleBlock
from inventory.selling.queries.terms import BlockView, block_of, places_of

_KEPT = """
    SELECT inventory_kept_back(%(channel)s::text, s.id, k.id, %(at)s::timestamptz)
    FROM stores_store s, inventory_sku k WHERE s.code = %(store)s AND k.code = %(sku)s
"""


@dataclass(frozen=True)
class Bounds:
    """What a channel must leave at a level; a block, or a place outside its network,
    leaves it nothing."""

    buffer: int = 0
    block: BlockView | None = None
    is_in_network: bool = True


def bounds(channel: str | None, store_code: str, sku_code: str, *, at: datetime) -> Bounds:
    """What bound the channel there at that moment."""
    if channel is None:
        return Bounds()
    network = places_of(channel, at=at)
    if network is not None and store_code not in network:
        return Bounds(is_in_network=False)
    parameters: dict[str, Any] = {
        "channel": channel,
        "store": store_code,
        "sku": sku_code,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, parameters)
        row = cursor.fetchone()
    kept = row[0] if row else 0
    if kept is not None:
        return Bounds(buffer=kept)
    return Bounds(block=_block(channel, store_code, sku_code, at))


def rule_of(
    store_code: str, sku_code: str, units: int, *, at: datetime | None = None
) -> tuple[str, datetime | None]:
    """The rule by which a level keeps back so many units, and since when; none, if that is
    somebody's own decision (or, at a past moment, was decided anew since)."""
    if not units:
        return "", None
    rows = SafetyRuling.objects.filter(
        level__store__code=store_code, level__sku__code=sku_code, units=units
    ).exclude(rule="")
    if at is not None:
        rows = rows.filter(at__lte=at)
    return rows.values_list("rule", "at").first() or ("", None)


def _block(channel: str, store_code: str, sku_code: str, at: datetime) -> BlockView | None:
    """The block in force, the one for every channel before one for this."""
    rows = (
        SaleBlock.objects.at(at)
        .binding(channel)
        .filter(store__code=store_code, sku__code=sku_code)
        .select_related("store", "sku", "channel")
        .order_by("channel_id")
    )
    found = rows.last()
    return block_of(found) if found else None
