"""The laws of levels and movements: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def levels_off_their_movements() -> list[Row]:
    """S1: a level equals the sum of its movements."""
    return rows_of(
        """
        WITH moved AS (
            SELECT store_id, sku_id,
                   SUM(CASE WHEN target = 'ON_HAND' THEN quantity ELSE 0 END)
                 - SUM(CASE WHEN source = 'ON_HAND' THEN quantity ELSE 0 END) AS on_hand
            FROM inventory_stockmovement
            WHERE 'ON_HAND' IN (source, target)
            GROUP BY store_id, sku_id
        )
        SELECT store_id, sku_id, l.on_hand AS level, m.on_hand AS movements
        FROM inventory_stocklevel l FULL JOIN moved m USING (store_id, sku_id)
        WHERE COALESCE(l.on_hand, 0) <> COALESCE(m.on_hand, 0)
        """
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
    unknown one leaves a remainder.
    """
    return rows_of(
        """
        WITH ends AS (
            SELECT store_id, sku_id, target AS bucket, quantity AS units
            FROM inventory_stockmovement
            UNION ALL
            SELECT store_id, sku_id, source, -quantity FROM inventory_stockmovement
        ), known AS (
            SELECT * FROM ends WHERE bucket IN ('SUPPLIER', 'ON_HAND', 'CUSTOMER',
                'QUARANTINE', 'DAMAGED', 'IN_TRANSIT', 'SHRINKAGE')
        )
        SELECT NULL::bigint AS store_id, sku_id, 'all' AS bucket, SUM(units) AS units
        FROM known GROUP BY sku_id HAVING SUM(units) <> 0
        UNION ALL
        SELECT store_id, sku_id, bucket, SUM(units) FROM known
        WHERE bucket IN ('QUARANTINE', 'DAMAGED', 'IN_TRANSIT')
        GROUP BY store_id, sku_id, bucket HAVING SUM(units) < 0
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
