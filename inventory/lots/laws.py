"""The laws of lots: each query returns the rows that break one."""

from inventory.stock.models import SHELVES
from omniretail.kernel.laws import Row, rows_of


def levels_off_their_lots() -> list[Row]:
    """S11: the lots of a place account for every unit in each of its buckets."""
    columns = ", ".join(f"l.{column}" for column in SHELVES.values())
    return rows_of(
        f"""
        WITH said AS (
            SELECT l.store_id, l.sku_id, s.bucket, s.units
            FROM inventory_stocklevel l
            JOIN inventory_sku k ON k.id = l.sku_id AND k.keeps_lots
            CROSS JOIN LATERAL unnest(%s::text[], ARRAY[{columns}]) AS s(bucket, units)
            WHERE s.units <> 0
        ), lots AS (
            SELECT v.store_id, t.sku_id, v.bucket, SUM(v.units) AS units
            FROM inventory_lotlevel v JOIN inventory_lot t ON t.id = v.lot_id
            GROUP BY v.store_id, t.sku_id, v.bucket
        )
        SELECT store_id, sku_id, bucket, said.units AS level, lots.units AS lots
        FROM said FULL JOIN lots USING (store_id, sku_id, bucket)
        WHERE COALESCE(said.units, 0) <> COALESCE(lots.units, 0)
        """,  # noqa: S608 - our own column names
        [list(SHELVES)],
    )


def lots_off_their_steps() -> list[Row]:
    """S11b: each lot lies where its steps put it, and the steps of a movement are of its
    SKU and sum to its units."""
    return rows_of(
        """
        WITH ends AS (
            SELECT m.store_id, s.lot_id, e.bucket, e.units
            FROM inventory_lotstep s
            JOIN inventory_stockmovement m ON m.id = s.movement_id
            CROSS JOIN LATERAL (
                VALUES (m.target, s.quantity), (m.source, -s.quantity)
            ) AS e(bucket, units)
            WHERE e.bucket = ANY(%s)
        ), put AS (
            SELECT store_id, lot_id, bucket, SUM(units) AS units FROM ends
            GROUP BY store_id, lot_id, bucket
        )
        SELECT 'lot ' || lot_id AS what, store_id, bucket, v.units AS level,
               put.units AS put
        FROM inventory_lotlevel v FULL JOIN put USING (store_id, lot_id, bucket)
        WHERE COALESCE(v.units, 0) <> COALESCE(put.units, 0)
        UNION ALL
        SELECT 'movement ' || m.id, m.store_id, m.kind, m.quantity, SUM(s.quantity)
        FROM inventory_stockmovement m
        JOIN inventory_sku k ON k.id = m.sku_id AND k.keeps_lots
        LEFT JOIN inventory_lotstep s ON s.movement_id = m.id
        LEFT JOIN inventory_lot t ON t.id = s.lot_id
        GROUP BY m.id
        HAVING COALESCE(SUM(s.quantity), 0) <> m.quantity
            OR bool_or(t.sku_id IS DISTINCT FROM m.sku_id)
        """,
        [list(SHELVES)],
    )


def expired_units_for_sale() -> list[Row]:
    """S11c: nothing lies for sale an hour after its last day of sale ended where it lies,
    but what is in a bag for somebody."""
    return rows_of(
        """
        SELECT v.store_id, t.sku_id, t.code, t.expires_on, v.units, b.units AS in_bags
        FROM inventory_lotlevel v
        JOIN inventory_lot t ON t.id = v.lot_id
        JOIN inventory_sku k ON k.id = t.sku_id
        JOIN stores_store s ON s.id = v.store_id
        CROSS JOIN LATERAL (
            SELECT COALESCE(SUM(c.units), 0) AS units FROM inventory_lotpick c
            JOIN inventory_promise p ON p.reference = c.reference AND p.line = c.line
                 AND p.store_id = c.store_id AND p.sku_id = t.sku_id
                 AND p.status IN ('HELD', 'ALLOCATED')
            WHERE c.lot_id = v.lot_id AND c.store_id = v.store_id
        ) b
        WHERE v.bucket = 'ON_HAND' AND v.units > b.units
          AND t.expires_on - k.shelf_life_left_days
              < timezone(s.time_zone, clock_timestamp() - interval '1 hour')::date
        """
    )
