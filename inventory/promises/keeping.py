"""The statement that keeps units: it decides and writes at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inventory.selling.models import TAKEN
from omniretail.kernel.prepared import prepared

_KEPT = f"""
    {TAKEN}, changed AS (
        UPDATE inventory_stocklevel l
        SET reserved = l.reserved + t.units, changed_at = %(at)s::timestamptz
        FROM taken t WHERE l.id = t.id
        RETURNING l.id, l.store_id, l.sku_id, l.available_to_promise - t.kept AS spare
    ), written AS (
        INSERT INTO inventory_promise
            (store_id, sku_id, kit_id, per_kit, quantity, status, owner, reference, line,
             ends_at, extended_at, payment_in_flight, channel, spare, from_safety_stock,
             created_at, allocated_at)
        SELECT c.store_id, c.sku_id, p.kit, p.per_kit, p.quantity, %(status)s::text,
               %(owner)s::text, %(reference)s::text, p.line, %(ends_at)s::timestamptz,
               %(extended_at)s::timestamptz, false, COALESCE(%(channel)s::text, ''),
               c.spare, false, %(at)s::timestamptz, %(allocated_at)s::timestamptz
        FROM unnest(%(on)s::bigint[], %(quantities)s::int[], %(lines)s::text[],
                    %(kits)s::bigint[], %(per_kits)s::int[])
            WITH ORDINALITY AS p(level, quantity, line, kit, per_kit, place)
        JOIN changed c ON c.id = p.level
        WHERE (SELECT COUNT(*) FROM changed) = cardinality(%(levels)s::bigint[])
        ORDER BY p.place
    )
    SELECT id FROM changed
"""  # noqa: S608 - our own names


@dataclass(frozen=True)
class Part:
    """Units of one level kept for one line; of a kit, how many one kit takes."""

    level: int
    quantity: int
    line: str
    kit_id: int | None
    per_kit: int


def keep_units(
    units: Mapping[int, int],
    parts: Sequence[Part],
    *,
    channel: str | None,
    at: datetime,
    terms: Mapping[str, Any],
) -> set[int]:
    """Reserve so many units of each level, and write down for what; answers the levels
    that could. Unless all can, nothing is written down, and the caller must undo it."""
    parameters = {
        **terms,
        "levels": list(units),
        "units": list(units.values()),
        "on": [part.level for part in parts],
        "quantities": [part.quantity for part in parts],
        "lines": [part.line for part in parts],
        "kits": [part.kit_id for part in parts],
        "per_kits": [part.per_kit for part in parts],
        "channel": channel,
        "at": at,
    }
    return {key for (key,) in prepared(_KEPT, parameters)}
