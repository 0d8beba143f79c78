"""The laws of tills: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def sequences_with_old_holes() -> list[Row]:
    """E4: a device's sequence has no hole older than 24 h.

    A hole is as old as the first sale behind it that landed.
    """
    return rows_of(
        """
        WITH landed AS (
            SELECT device_id, sequence, received_at,
                   COALESCE(LAG(sequence) OVER of_device, 0) AS before
            FROM orders_possale WHERE order_id IS NOT NULL
            WINDOW of_device AS (PARTITION BY device_id ORDER BY sequence)
        )
        SELECT d.code AS device, l.before + 1 AS first, l.sequence - 1 AS last,
               l.received_at
        FROM landed l JOIN stores_device d ON d.id = l.device_id
        WHERE l.sequence > l.before + 1
          AND l.received_at < clock_timestamp() - interval '24 hours'
        """
    )
