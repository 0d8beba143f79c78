"""What a channel may sell of a level: the one definition, and the statement that decides.

The figure is `available_to_promise` (on hand, less what is reserved, less safety stock)
less what the channel must leave. What it must leave is worked out in the database by one
function, at the moment of the decision: buffers and blocks begin and end by the clock, and
no job has to write their consequences into millions of levels first. The function keeps
its plans, so it costs the deciding statement a few look-ups in small tables.

NULL means: nothing at all. The place is not in the channel's network, or does not sell the
SKU at that moment. No channel (NULL) is no sale: goods sent on, kept for a supplier's
promise. An empty channel is a sale nobody said the channel of: blocks for all bind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.stock.models import Shift

KEPT_BACK_FUNCTION = """
CREATE OR REPLACE FUNCTION inventory_kept_back(
    channel_code text, place bigint, article bigint, moment timestamptz
) RETURNS integer LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    terms record;
    leaves record;
    shelf bigint;
    of_category integer;
BEGIN
    IF channel_code IS NULL THEN
        RETURN 0;
    END IF;
    SELECT c.id, c.listed_since <= moment OR moment <@ ANY (c.listed_before) AS is_listed
    INTO terms FROM inventory_sellingchannel c WHERE c.code = channel_code;
    PERFORM FROM inventory_saleblock b
    WHERE b.store_id = place AND b.sku_id = article
      AND (b.channel_id IS NULL OR b.channel_id = terms.id)
      AND b.starts_at <= moment AND (b.ends_at IS NULL OR b.ends_at > moment);
    IF FOUND THEN
        RETURN NULL;
    END IF;
    IF terms.id IS NULL THEN
        RETURN 0;
    END IF;
    IF terms.is_listed THEN
        PERFORM FROM inventory_channelplace p
        WHERE p.channel_id = terms.id AND p.store_id = place
          AND p.starts_at <= moment AND (p.ends_at IS NULL OR p.ends_at > moment);
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT b.sku_id, b.units INTO leaves FROM inventory_channelbuffer b
    WHERE b.channel_id = terms.id AND b.category_id IS NULL
      AND (b.sku_id IS NULL OR b.sku_id = article)
      AND (b.store_id IS NULL OR b.store_id = place)
      AND b.starts_at <= moment AND (b.ends_at IS NULL OR b.ends_at > moment)
    ORDER BY b.sku_id NULLS LAST, b.store_id NULLS LAST LIMIT 1;
    IF leaves.sku_id IS NOT NULL THEN
        RETURN leaves.units;
    END IF;
    PERFORM FROM inventory_channelbuffer b
    WHERE b.channel_id = terms.id AND b.category_id IS NOT NULL;
    IF FOUND THEN
        SELECT p.category_id INTO shelf
        FROM inventory_sku k JOIN inventory_product p ON p.id = k.product_id
        WHERE k.id = article;
        FOR outwards IN 1..50 LOOP
            EXIT WHEN shelf IS NULL;
            SELECT b.units INTO of_category FROM inventory_channelbuffer b
            WHERE b.channel_id = terms.id AND b.category_id = shelf
              AND (b.store_id IS NULL OR b.store_id = place)
              AND b.starts_at <= moment AND (b.ends_at IS NULL OR b.ends_at > moment)
            ORDER BY b.store_id NULLS LAST LIMIT 1;
            IF FOUND THEN
                RETURN of_category;
            END IF;
            SELECT g.parent_id INTO shelf FROM inventory_category g WHERE g.id = shelf;
        END LOOP;
    END IF;
    RETURN COALESCE(leaves.units, 0);
END
$$
"""

_KEPT_BACK_OF_ONE = (
    "inventory_kept_back(%(channel)s::text, l.store_id, l.sku_id, %(at)s::timestamptz)"
)
IN_BUSINESS = """(
    (s.opened_on IS NULL OR s.opened_on <= (%(at)s::timestamptz AT TIME ZONE 'UTC')::date)
    AND (s.closed_on IS NULL
         OR s.closed_on > (%(at)s::timestamptz AT TIME ZONE 'UTC')::date)
)"""
"""Whether the place `s` has opened and is not closed for good: only then it promises."""

KEPT_BACK = f"""
    CASE WHEN (
        SELECT EXISTS (
            SELECT FROM inventory_sellingchannel WHERE code = %(channel)s::text
        ) OR EXISTS (
            SELECT FROM inventory_saleblock WHERE %(channel)s::text IS NOT NULL
            AND (ends_at IS NULL OR ends_at > %(at)s::timestamptz)
        )
    ) THEN {_KEPT_BACK_OF_ONE} ELSE 0 END
"""  # noqa: S608 - our own names
"""What the channel must leave of the level `l`; NULL: it may sell nothing of it. Where
nothing binds the channel anywhere, which is asked once, nothing is asked of each level."""

SELLABLE = f"(l.available_to_promise - {KEPT_BACK})"
"""What the channel may sell of the level `l`; less than nothing where more is kept back
than there is, NULL where it may sell nothing."""

TAKEN = f"""WITH wanted AS (
        SELECT * FROM unnest(%(levels)s::bigint[], %(units)s::int[]) AS w(id, units)
    ), taken AS (
        SELECT w.*, kept FROM inventory_stocklevel l JOIN wanted w USING (id)
            CROSS JOIN LATERAL (SELECT {KEPT_BACK}) AS b(kept)
        WHERE l.available_to_promise - kept >= w.units
        ORDER BY l.id
        FOR NO KEY UPDATE OF l
    )"""  # noqa: S608 - our own names
"""Begins the statements that reserve units: of the levels wanted, those that can give them,
locked in key order, and what the channel leaves of each."""

_PROMISED = f"""
    {TAKEN}
    UPDATE inventory_stocklevel l
    SET reserved = l.reserved + t.units, changed_at = %(at)s
    FROM taken t WHERE l.id = t.id
    RETURNING l.id, l.on_hand, l.reserved, l.available_to_promise,
              l.available_to_promise - t.kept
"""  # noqa: S608 - our own names


@dataclass(frozen=True)
class Kept:
    """What a level says right after units of it were promised; `spare` is what the channel
    could still have."""

    on_hand: int
    reserved: int
    available_to_promise: int
    spare: int


def promise_levels(
    shifts: Sequence[Shift], *, channel: str | None, at: datetime
) -> dict[int, Kept]:
    """Reserve units where the channel may sell that many, in one statement and in key
    order. A level that cannot is left alone and is missing from the answer."""
    parameters: dict[str, Any] = {
        "levels": [shift.level for shift in shifts],
        "units": [shift.reserved for shift in shifts],
        "channel": channel,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PROMISED, parameters)
        return {row[0]: Kept(*row[1:]) for row in cursor.fetchall()}
