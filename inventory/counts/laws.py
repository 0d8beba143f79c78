"""The laws of counting: each query returns the rows that break one."""

from inventory.stock.models import SEEN_BEFORE
from omniretail.kernel.laws import Row, rows_of


def counts_off_their_movements() -> list[Row]:
    """C1: the units moved under a count's number are those that its lines say were put
    right, and nothing is put right before the count is approved."""
    return rows_of(
        """
        WITH said AS (
            SELECT s.number, s.store_id, l.sku_id, s.status,
                   SUM(COALESCE(l.posted, 0)) AS units,
                   bool_or(l.posted IS NOT NULL) AS is_posted
            FROM inventory_countline l JOIN inventory_countsession s ON s.id = l.session_id
            GROUP BY s.number, s.store_id, l.sku_id, s.status
        ), moved AS (
            SELECT m.reference AS number, m.store_id, m.sku_id,
                   SUM(CASE WHEN m.target = 'ON_HAND' THEN m.quantity
                            ELSE -m.quantity END) AS units
            FROM inventory_stockmovement m
            JOIN inventory_countsession s ON s.number = m.reference
            WHERE m.kind = 'ADJUSTMENT' AND m.reason <> %s
            GROUP BY m.reference, m.store_id, m.sku_id
        )
        SELECT number, store_id, sku_id, d.status, d.units AS said, m.units AS moved
        FROM said d FULL JOIN moved m USING (number, store_id, sku_id)
        WHERE COALESCE(d.units, 0) <> COALESCE(m.units, 0)
           OR (d.is_posted AND d.status <> 'APPROVED')
        """,
        [SEEN_BEFORE],
    )


def counts_off_their_scans() -> list[Row]:
    """C2: a line's count is the sum of its scans, and the database refuses to change
    a scan."""
    return rows_of(
        """
        SELECT l.id AS line, l.counted, SUM(e.change) AS scans, NULL AS unguarded
        FROM inventory_countline l
        LEFT JOIN inventory_countentry e ON e.line_id = l.id
        GROUP BY l.id, l.counted
        HAVING COALESCE(l.counted, 0) <> COALESCE(SUM(e.change), 0)
            OR (l.counted IS NULL) <> (COUNT(e.id) = 0)
            OR bool_or(e.session_id <> l.session_id)
        UNION ALL
        SELECT NULL, NULL, NULL, deed
        FROM (VALUES ('DELETE', 8), ('UPDATE', 16)) AS d(deed, bit)
        WHERE NOT EXISTS (
            SELECT FROM pg_trigger
            WHERE tgrelid = 'inventory_countentry'::regclass
              AND tgname LIKE 'pgtrigger_count_entries_%%'
              AND tgtype & bit <> 0 AND tgenabled IN ('O', 'A')
        )
        """
    )


def counts_approved_by_their_counters() -> list[Row]:
    """A2: a variance above the limit was approved by none of those whose scans made it."""
    return rows_of(
        """
        SELECT s.number, s.approved_by, s.variance_amount
        FROM inventory_countsession s
        WHERE s.status = 'APPROVED' AND s.needs_second_person
          AND EXISTS (SELECT FROM inventory_countentry e
                      WHERE e.session_id = s.id AND e.by = s.approved_by)
        """
    )
