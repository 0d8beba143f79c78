"""The laws of serial numbers: each query returns the rows that break one."""

from inventory.stock.models import SHELVES
from omniretail.kernel.laws import Row, rows_of


def serials_in_two_places() -> list[Row]:
    """S10: a serial number is in at most one place: where its last step left it. Each step
    began where the one before it ended, unless the unit was missing or turned up, and
    what moved with goods is what the movement names."""
    return rows_of(
        """
        WITH chain AS (
            SELECT t.*, LAG(target) OVER w AS before, LAG(store_id) OVER w AS store_before,
                   LEAD(id) OVER w AS following
            FROM inventory_serialstep t WINDOW w AS (PARTITION BY serial_id ORDER BY id)
        ), broken AS (
            SELECT serial_id, id AS step, 'begins elsewhere' AS how FROM chain
            WHERE kind <> 'TURNED_UP' AND before IS NOT NULL AND before <> 'SHRINKAGE'
              AND NOT (before = source
                       AND (NOT before = ANY(%s) OR store_before = store_id))
            UNION ALL
            SELECT serial_id, id, 'was seen before' FROM chain
            WHERE kind = 'FIRST_SEEN' AND before IS NOT NULL
            UNION ALL
            SELECT s.id, c.id, 'is not where it was left'
            FROM inventory_serial s
            LEFT JOIN chain c ON c.serial_id = s.id AND c.following IS NULL
            WHERE (s.bucket, s.store_id) IS DISTINCT FROM
                  (c.target, CASE WHEN c.target = ANY(%s) THEN c.store_id END)
            UNION ALL
            SELECT c.serial_id, c.id, 'moved without its goods'
            FROM chain c JOIN inventory_serial s ON s.id = c.serial_id
            LEFT JOIN inventory_stockmovement m ON m.id = c.movement_id
            WHERE c.kind = 'MOVED' AND (
                m.sku_id, m.store_id, m.source, m.target, s.number = ANY(m.serials)
            ) IS DISTINCT FROM (s.sku_id, c.store_id, c.source, c.target, TRUE)
            UNION ALL
            SELECT s.id, m.id, 'named, and not moved'
            FROM inventory_stockmovement m CROSS JOIN LATERAL
                unnest(m.serials) AS n(number)
            LEFT JOIN inventory_serial s ON s.sku_id = m.sku_id AND s.number = n.number
            WHERE NOT EXISTS (SELECT FROM chain c WHERE c.movement_id = m.id
                              AND c.serial_id = s.id AND c.kind = 'MOVED')
        )
        SELECT k.code, s.number, b.step, b.how
        FROM broken b LEFT JOIN inventory_serial s ON s.id = b.serial_id
        LEFT JOIN inventory_sku k ON k.id = s.sku_id
        """,
        [list(SHELVES), list(SHELVES)],
    )


def more_names_than_units() -> list[Row]:
    """S10b: nowhere are more serial numbers known than there are units."""
    columns = ", ".join(f"l.{column}" for column in SHELVES.values())
    return rows_of(
        f"""
        WITH named AS (
            SELECT sku_id, store_id, bucket,
                   CASE WHEN bucket = 'IN_TRANSIT' THEN reference END AS transfer,
                   COUNT(*) AS names
            FROM inventory_serial
            WHERE store_id IS NOT NULL OR bucket = 'IN_TRANSIT' GROUP BY 1, 2, 3, 4
        ), lies AS (
            SELECT l.sku_id, l.store_id, b.bucket, b.units
            FROM inventory_stocklevel l CROSS JOIN LATERAL
                unnest(%s::text[], ARRAY[{columns}]) AS b(bucket, units)
        ), travels AS (
            SELECT sku_id, reference AS transfer,
                   SUM(CASE WHEN target = 'IN_TRANSIT' THEN quantity
                            ELSE -quantity END) AS units
            FROM inventory_stockmovement WHERE 'IN_TRANSIT' IN (source, target)
            GROUP BY sku_id, reference
        )
        SELECT k.code, n.store_id, n.bucket, n.transfer, n.names,
               COALESCE(i.units, t.units, 0) AS units
        FROM named n JOIN inventory_sku k ON k.id = n.sku_id
        LEFT JOIN lies i ON (i.sku_id, i.store_id, i.bucket)
                          = (n.sku_id, n.store_id, n.bucket)
        LEFT JOIN travels t ON (t.sku_id, t.transfer) = (n.sku_id, n.transfer)
        WHERE n.names > COALESCE(i.units, t.units, 0)
        """,  # noqa: S608 - our own column names
        [list(SHELVES)],
    )
