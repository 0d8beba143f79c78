"""The statement that keeps units: it decides and writes at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inventory.promises.statements import NOT_OVER, TURN_OF
from inventory.selling.models import TAKEN
from omniretail.kernel.prepared import prepared

_ARGUMENTS = """
    level_ids bigint[], level_units int[], for_channel text, moment timestamptz,
    as_status text, for_owner text, under text, until timestamptz, extended timestamptz,
    firm_since timestamptz, part_levels bigint[], part_units int[], part_lines text[],
    part_kits bigint[], part_per_kits int[]
"""
_TAKEN = TAKEN % {
    "levels": "level_ids",
    "units": "level_units",
    "channel": "for_channel",
    "at": "moment",
}
# Whoever has to wait waits in the small statement: one that waited looks at everything in
# its plan a second time, and the one after it begins with how the level stands by then.
KEEP_FUNCTION = f"""
CREATE OR REPLACE FUNCTION inventory_keep({_ARGUMENTS})
RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    bearing bigint[];
BEGIN
    PERFORM FROM inventory_stocklevel WHERE id = ANY(level_ids)
    ORDER BY id FOR NO KEY UPDATE;
    {_TAKEN}, changed AS (
        UPDATE inventory_stocklevel l
        SET reserved = l.reserved + t.units, changed_at = moment
        FROM taken t
        WHERE l.id = t.id AND (SELECT COUNT(*) FROM taken) = cardinality(level_ids)
        RETURNING l.id, l.store_id, l.sku_id, l.available_to_promise - t.kept AS spare
    ), written AS (
        INSERT INTO inventory_promise
            (store_id, sku_id, kit_id, per_kit, quantity, status, owner, reference, line,
             ends_at, extended_at, payment_in_flight, channel, spare, from_safety_stock,
             created_at, allocated_at)
        SELECT c.store_id, c.sku_id, p.kit, p.per_kit, p.quantity, as_status, for_owner,
               under, p.line, until, extended, false, COALESCE(for_channel, ''), c.spare,
               false, moment, firm_since
        FROM unnest(part_levels, part_units, part_lines, part_kits, part_per_kits)
            WITH ORDINALITY AS p(level, quantity, line, kit, per_kit, place)
        JOIN changed c ON c.id = p.level
        ORDER BY p.place
    )
    SELECT COALESCE(array_agg(id), '{{}}') INTO bearing FROM taken;
    RETURN bearing;
END
$$
"""  # noqa: S608 - our own names
TURN = f"PERFORM {TURN_OF.format(owner='for_owner')};"
KEEP_FIRST_FUNCTION = f"""
CREATE OR REPLACE FUNCTION inventory_keep_first(at_most int, {_ARGUMENTS})
RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
    {TURN}
    IF EXISTS (
        SELECT FROM inventory_promise WHERE reference = under AND status = 'HELD'
    ) OR at_most <= (
        SELECT COUNT(DISTINCT reference) FROM inventory_promise
        WHERE owner = for_owner AND status = 'HELD' AND {NOT_OVER.format(at="moment")}
    ) THEN
        RETURN NULL;
    END IF;
    RETURN inventory_keep(
        level_ids, level_units, for_channel, moment, as_status, for_owner, under, until,
        extended, firm_since, part_levels, part_units, part_lines, part_kits, part_per_kits
    );
END
$$
"""  # noqa: S608 - our own names
_GIVEN = """
    %(levels)s::bigint[], %(units)s::int[], %(channel)s::text, %(at)s::timestamptz,
    %(status)s::text, %(owner)s::text, %(reference)s::text, %(ends_at)s::timestamptz,
    %(extended_at)s::timestamptz, %(allocated_at)s::timestamptz, %(on)s::bigint[],
    %(quantities)s::int[], %(lines)s::text[], %(kits)s::bigint[], %(per_kits)s::int[]
"""
_KEPT = f"SELECT inventory_keep({_GIVEN})"


@dataclass(frozen=True)
class Part:
    """Units of one level kept for one line; of a kit, how many one kit takes."""

    level: int
    quantity: int
    line: str
    kit_id: int | None
    per_kit: int


@dataclass(frozen=True)
class Keeping:
    """So many units wanted of each level, what for, and on which terms."""

    units: Mapping[int, int]
    parts: Sequence[Part]
    channel: str | None
    at: datetime
    terms: Mapping[str, Any]

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            **self.terms,
            "levels": list(self.units),
            "units": list(self.units.values()),
            "on": [part.level for part in self.parts],
            "quantities": [part.quantity for part in self.parts],
            "lines": [part.line for part in self.parts],
            "kits": [part.kit_id for part in self.parts],
            "per_kits": [part.per_kit for part in self.parts],
            "channel": self.channel,
            "at": self.at,
        }


def keep_units(wanted: Keeping) -> set[int]:
    """Reserve the units and write down what for; answers the levels that can bear it.
    Unless all can, nothing is reserved."""
    ((bearing,),) = prepared(_KEPT, wanted.parameters)
    return set(bearing)
