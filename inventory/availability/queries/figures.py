"""How many units of many SKUs may be had at many places: one statement, whatever the
size of the question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.availability.queries.sellable import UNITS, asked_for

# Of a kit there are as many at a place as its parts there make.
_KITS = f"""(
    SELECT COALESCE(MIN({UNITS} / kp.quantity), 0)
    FROM inventory_kitpart kp
    LEFT JOIN inventory_stocklevel l ON l.sku_id = kp.part_id AND l.store_id = p.store_id
    WHERE kp.kit_id = k.id
)"""  # noqa: S608 - our own words
# Each level is looked up by its key (`OFFSET 0` keeps it so): while there are few beside
# those asked for, the planner would rather read them all, in every request.
_AT_PLACES = f"""
    SELECT k.code,
           array_agg(CASE WHEN k.is_kit THEN {_KITS} ELSE {UNITS} END ORDER BY p.turn)
    FROM unnest(%(skus)s::text[]) WITH ORDINALITY AS w(code, turn)
    JOIN inventory_sku k ON k.code = w.code
    CROSS JOIN unnest(%(places)s::bigint[]) WITH ORDINALITY AS p(store_id, turn)
    LEFT JOIN LATERAL (
        SELECT v.store_id, v.sku_id, v.available_to_promise FROM inventory_stocklevel v
        WHERE v.store_id = p.store_id AND v.sku_id = k.id OFFSET 0
    ) l ON TRUE
    GROUP BY w.turn, k.code
    ORDER BY w.turn
"""  # noqa: S608 - our own words
_OVER_ALL = f"""
    SELECT k.code, CASE WHEN k.is_kit THEN (
               SELECT SUM({_KITS}) FROM unnest(%(places)s::bigint[]) AS p(store_id)
           ) ELSE SUM({UNITS}) FILTER (WHERE l.store_id = ANY(%(places)s)) END
    FROM unnest(%(skus)s::text[]) WITH ORDINALITY AS w(code, turn)
    JOIN inventory_sku k ON k.code = w.code
    LEFT JOIN inventory_stocklevel l ON l.sku_id = k.id AND l.available_to_promise > 0
    GROUP BY w.turn, k.id
    ORDER BY w.turn
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class SkuFigures:
    """What a channel may sell of one SKU: over all places, and at each in their order."""

    sku_code: str
    total: int
    units: list[int]


def figures(
    sku_codes: Sequence[str], places: Sequence[int], *, channel: str, at: datetime
) -> list[SkuFigures]:
    """For each SKU that is known, in the order asked for, the units at each place."""
    if not places:
        return sums(sku_codes, places, channel=channel, at=at)
    rows = _rows(_AT_PLACES, sku_codes, places, asked_for(channel, at))
    return [SkuFigures(code, sum(units), units) for code, units in rows]


def sums(
    sku_codes: Sequence[str], places: Sequence[int], *, channel: str, at: datetime
) -> list[SkuFigures]:
    """For each SKU that is known, in the order asked for, the units over all places."""
    return [
        SkuFigures(code, int(total or 0), [])
        for code, total in _rows(_OVER_ALL, sku_codes, places, asked_for(channel, at))
    ]


def _rows(
    sql: str, sku_codes: Sequence[str], places: Sequence[int], asking: dict[str, Any]
) -> list[tuple[str, Any]]:
    asked: dict[str, Any] = {"skus": list(dict.fromkeys(sku_codes)), "places": list(places)}
    with connection.cursor() as database:
        database.execute(sql, asking | asked)
        found: list[tuple[str, Any]] = database.fetchall()
    return found
