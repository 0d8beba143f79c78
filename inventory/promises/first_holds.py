"""The first hold of a reference: one statement looks, decides and writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inventory.selling.models import KEPT_BACK
from inventory.stock.demand import Pair
from omniretail.kernel.limits import limits
from omniretail.kernel.prepared import prepared

_KEPT_BACK = KEPT_BACK % {"channel": "for_channel", "at": "moment"}
HOLD_FUNCTION = f"""
CREATE OR REPLACE FUNCTION inventory_hold(
    stores text[], skus text[], units int[], line_names text[], at_most int,
    for_channel text, moment timestamptz, trading_day date, for_owner text, under text,
    until timestamptz
) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    levels bigint[];
    standing int[];
    kept bigint[];
BEGIN
    SELECT array_agg(l.id ORDER BY w.place),
           array_agg(l.available_to_promise - b.kept ORDER BY w.place)
    INTO levels, standing
    FROM unnest(stores, skus) WITH ORDINALITY AS w(store, sku, place)
    CROSS JOIN LATERAL (SELECT * FROM stores_store WHERE code = w.store OFFSET 0) AS s
    CROSS JOIN LATERAL (SELECT * FROM inventory_sku WHERE code = w.sku OFFSET 0) AS k
    JOIN inventory_stocklevel l ON l.store_id = s.id AND l.sku_id = k.id
    CROSS JOIN LATERAL (SELECT {_KEPT_BACK}) AS b(kept)
    WHERE (s.opened_on IS NULL OR s.opened_on <= trading_day)
      AND (s.closed_on IS NULL OR trading_day < s.closed_on);
    IF levels IS NULL OR cardinality(levels) < cardinality(stores)
        OR array_position(standing, NULL) IS NOT NULL
    THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM unnest(standing, units) AS w(there, units) WHERE there < w.units)
    THEN
        RETURN CASE WHEN NOT EXISTS (
            SELECT FROM inventory_promise WHERE reference = under AND status = 'HELD'
        ) THEN standing END;
    END IF;
    kept := inventory_keep_first(
        at_most, levels, units, for_channel, moment, 'HELD', for_owner, under, until,
        NULL, NULL, levels, units, line_names,
        array_fill(NULL::bigint, ARRAY[cardinality(units)]),
        array_fill(1, ARRAY[cardinality(units)])
    );
    RETURN CASE WHEN cardinality(kept) = cardinality(levels) THEN standing END;
END
$$
"""  # noqa: S608 - our own names
HELD = """
    inventory_hold(
        %(stores)s::text[], %(skus)s::text[], %(units)s::int[], %(lines)s::text[],
        %(most)s::int, %(channel)s::text, %(at)s::timestamptz, %(day)s::date,
        %(owner)s::text, %(reference)s::text, %(ends_at)s::timestamptz
    )
"""
_HELD = f"SELECT {HELD}"
HELD_AS_ASKED = f"""
    SELECT bool_and(there >= units) FROM unnest({HELD}, %(units)s::int[]) AS w(there, units)
"""  # noqa: S608 - our own names


@dataclass(frozen=True)
class Demand:
    """Units of one SKU wanted at one place; `line` says what for, once per reference. A
    kit is kept by its parts, all in that place."""

    store_code: str
    sku_code: str
    quantity: int
    line: str

    @property
    def pair(self) -> Pair:
        return self.store_code, self.sku_code


@dataclass(frozen=True)
class FirstHold:
    """Units of levels that differ, to be the first that their reference holds."""

    demands: Sequence[Demand]
    owner: str
    reference: str
    channel: str | None
    ends_at: datetime | None
    at: datetime

    @property
    def parameters(self) -> dict[str, Any]:
        """What `HELD` asks for."""
        return {
            "stores": [one.store_code for one in self.demands],
            "skus": [one.sku_code for one in self.demands],
            "units": [one.quantity for one in self.demands],
            "lines": [one.line for one in self.demands],
            "most": limits().holds_per_owner,
            "channel": self.channel,
            "at": self.at,
            "day": self.at.date(),
            "owner": self.owner,
            "reference": self.reference,
            "ends_at": self.ends_at,
        }

    def keep(self) -> list[int] | None:
        """Keep all units if every level has enough for its line; answers how many the
        channel could sell of each before. Nobody is waited for where there is too little.

        None, and nothing is done, where it takes a longer way: a kit, a place that is
        closed or sells none to the channel, a reference that holds something already, an
        owner who has as many as one may have, units that went a moment ago.
        """
        ((standing,),) = prepared(_HELD, self.parameters)
        return None if standing is None else list(standing)
