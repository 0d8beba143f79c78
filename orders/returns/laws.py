"""The laws of returns: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def returns_beyond_the_hand_over() -> list[Row]:
    """O4: returned ≤ handed over, per line, over all stores."""
    return rows_of(
        """
        WITH handed_over AS (
            SELECT l.order_line_id, SUM(l.quantity - l.short_quantity) AS units,
                   SUM(l.net_amount) AS amount
            FROM orders_fulfilmentline l
            JOIN orders_fulfilment f ON f.id = l.fulfilment_id
            WHERE f.status IN ('COLLECTED', 'SHIPPED', 'DELIVERED')
            GROUP BY l.order_line_id
        ), returned AS (
            SELECT order_line_id, SUM(quantity) AS units, SUM(refund_amount) AS amount
            FROM orders_returnline GROUP BY order_line_id
        )
        SELECT o.number, l.position, COALESCE(r.units, 0) AS returned,
               COALESCE(h.units, 0) AS handed_over, r.amount AS refunded
        FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        LEFT JOIN handed_over h ON h.order_line_id = l.id
        LEFT JOIN returned r ON r.order_line_id = l.id
        WHERE COALESCE(r.units, 0) > COALESCE(h.units, 0)
           OR COALESCE(r.amount, 0) > COALESCE(h.amount, 0)
           OR COALESCE(r.units, 0) <> l.returned_quantity
        """
    )
