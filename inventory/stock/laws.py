"""The laws of levels and movements: each query returns the rows that break one."""

from inventory.stock.models import SHELVES, Bucket
from omniretail.kernel.laws import Row, rows_of


def levels_off_their_movements() -> list[Row]:
    """S1: a level equals the sum of its movements, bucket by bucket."""
    columns = ", ".join(f"l.{column}" for column in SHELVES.values())
    return rows_of(
        f"""
        WITH ends AS (
            SELECT store_id, sku_id, target AS bucket, quantity AS units
            FROM inventory_stockmovement
            UNION ALL
            SELECT store_id, sku_id, source, -quantity FROM inventory_stockmovement
        ), moved AS (
            SELECT store_id, sku_id, bucket, SUM(units) AS units FROM ends
            WHERE bucket = ANY(%s) GROUP BY store_id, sku_id, bucket
        ), said AS (
            SELECT l.store_id, l.sku_id, s.bucket, s.units
            FROM inventory_stocklevel l CROSS JOIN LATERAL
                unnest(%s::text[], ARRAY[{columns}]) AS s(bucket, units)
            WHERE s.units <> 0
        )
        SELECT store_id, sku_id, bucket, said.units AS level, moved.units AS movements
        FROM said FULL JOIN moved USING (store_id, sku_id, bucket)
        WHERE COALESCE(said.units, 0) <> COALESCE(moved.units, 0)
        """,  # noqa: S608 - our own column names
        [list(SHELVES), list(SHELVES)],
    )


def levels_reserved_beyond_on_hand() -> list[Row]:
    """S2: 0 ≤ reserved ≤ on hand."""
    return rows_of(
        """
        SELECT store_id, sku_id, on_hand, reserved FROM inventory_stocklevel
        WHERE NOT (0 <= reserved AND reserved <= on_hand)
        """
    )


def goods_that_appeared_or_vanished() -> list[Row]:
    """S4: per SKU all buckets sum to zero, and no bucket inside owes units.

    Units are counted at the buckets the house knows; a movement out of or into an
    unknown one leaves a remainder. What is in transit leaves at one place and arrives
    at another, so it is summed over all of them.
    """
    return rows_of(
        """
        WITH ends AS (
            SELECT store_id, sku_id, target AS bucket, quantity AS units
            FROM inventory_stockmovement
            UNION ALL
            SELECT store_id, sku_id, source, -quantity FROM inventory_stockmovement
        ), known AS (
            SELECT * FROM ends WHERE bucket = ANY(%s)
        )
        SELECT NULL::bigint AS store_id, sku_id, 'all' AS bucket, SUM(units) AS units
        FROM known GROUP BY sku_id HAVING SUM(units) <> 0
        UNION ALL
        SELECT store_id, sku_id, bucket, SUM(units) FROM known
        WHERE bucket = ANY(%s)
        GROUP BY store_id, sku_id, bucket HAVING SUM(units) < 0
        UNION ALL
        SELECT NULL, sku_id, bucket, SUM(units) FROM known WHERE bucket = %s
        GROUP BY sku_id, bucket HAVING SUM(units) < 0
        """,
        [Bucket.values, list(SHELVES), Bucket.IN_TRANSIT],
    )


def reversals_off_what_they_reverse() -> list[Row]:
    """S6b: a reversal takes back exactly one movement, whole, and is final."""
    return rows_of(
        """
        SELECT r.id, r.reference, r.reverses_id
        FROM inventory_stockmovement r JOIN inventory_stockmovement m
          ON m.id = r.reverses_id
        WHERE (r.store_id, r.sku_id, r.quantity, r.source, r.target)
              IS DISTINCT FROM (m.store_id, m.sku_id, m.quantity, m.target, m.source)
           OR m.reverses_id IS NOT NULL
           OR EXISTS (SELECT FROM inventory_stockmovement o
                      WHERE o.reverses_id = r.reverses_id AND o.id <> r.id)
        """
    )


def movements_unguarded() -> list[Row]:
    """S6: movements are never changed or deleted: the database refuses it, always."""
    return rows_of(
        """
        WITH guards AS (
            SELECT tgtype, tgenabled FROM pg_trigger
            WHERE tgrelid = 'inventory_stockmovement'::regclass
              AND tgname LIKE 'pgtrigger_movements_%%'
        )
        SELECT deed AS unguarded
        FROM (VALUES ('DELETE', 8), ('UPDATE', 16)) AS d(deed, bit)
        WHERE NOT EXISTS (
            SELECT FROM guards WHERE tgtype & bit <> 0 AND tgenabled IN ('O', 'A')
        )
        """
    )


def levels_off_what_was_told() -> list[Row]:
    """S7: the last change of each level that followers can read says what the level says,
    and none says that it is behind it, or lies ahead of every transaction.

    Doors that answer questions ask the levels themselves, at the moment they name; so
    nobody who was shown something was shown more than the truth of that moment.
    """
    return rows_of(
        """
        SELECT l.store_id, l.sku_id, l.version, l.changed_in, l.on_hand, l.reserved,
               l.safety_stock, c.on_hand AS told_on_hand, c.reserved AS told_reserved,
               c.safety_stock AS told_safety_stock
        FROM inventory_stocklevel l
        LEFT JOIN inventory_levelchange c ON c.id = l.version
        WHERE (l.on_hand, l.reserved, l.safety_stock) IS DISTINCT FROM
              (COALESCE(c.on_hand, 0), COALESCE(c.reserved, 0),
               COALESCE(c.safety_stock, 0))
           OR (l.version <> 0 AND (l.store_id, l.sku_id, l.changed_in) IS DISTINCT FROM
               (c.store_id, c.sku_id, c.position))
        UNION ALL
        SELECT c.store_id, c.sku_id, c.id, c.position, NULL, NULL, NULL, c.on_hand,
               c.reserved, c.safety_stock
        FROM inventory_levelchange c
        LEFT JOIN inventory_stocklevel l ON l.store_id = c.store_id
                                        AND l.sku_id = c.sku_id
        WHERE c.id > COALESCE(l.version, 0) OR c.position > l.changed_in
           OR c.position > GREATEST(
               pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1,
               pg_current_xact_id_if_assigned()::text::bigint)
        """
    )
