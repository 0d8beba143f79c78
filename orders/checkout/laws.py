"""The laws that look at an order as a whole: its goods, its money, its promises."""

from omniretail.kernel.laws import Row, rows_of


def settled_orders_off_their_money() -> list[Row]:
    """O2: of an ended order, captures less refunds are what the customer owes.

    Owed is what was handed over or shipped, with its delivery, less what came back;
    and nothing stays reserved on a card.
    """
    return rows_of(
        """
        WITH given AS (
            SELECT f.order_id, SUM(l.net_amount) AS goods
            FROM orders_fulfilment f JOIN orders_fulfilmentline l ON l.fulfilment_id = f.id
            WHERE f.status IN ('COLLECTED', 'SHIPPED', 'DELIVERED')
            GROUP BY f.order_id
        ), brought AS (
            SELECT order_id, SUM(delivery_amount) AS delivery FROM orders_fulfilment
            WHERE status IN ('COLLECTED', 'SHIPPED', 'DELIVERED') GROUP BY order_id
        ), returned AS (
            SELECT order_id, SUM(refund_amount) AS amount FROM orders_return
            GROUP BY order_id
        ), paid AS (
            SELECT order_id, SUM(captured_amount - refunded_amount) AS amount,
                   SUM(authorised_amount - captured_amount - voided_amount) AS reserved
            FROM orders_tender GROUP BY order_id
        ), owed AS (
            SELECT o.id, COALESCE(g.goods, 0) + COALESCE(b.delivery, 0)
                         - COALESCE(r.amount, 0) AS amount
            FROM orders_order o
            LEFT JOIN given g ON g.order_id = o.id
            LEFT JOIN brought b ON b.order_id = o.id
            LEFT JOIN returned r ON r.order_id = o.id
        )
        SELECT o.number, o.status, owed.amount AS owed, paid.amount AS paid,
               paid.reserved
        FROM orders_order o
        JOIN owed ON owed.id = o.id
        LEFT JOIN paid ON paid.order_id = o.id
        WHERE o.status IN ('COMPLETED', 'CANCELLED')
          AND (owed.amount <> COALESCE(paid.amount, 0) OR COALESCE(paid.reserved, 0) <> 0)
        """
    )


def lines_off_their_promises() -> list[Row]:
    """P4: for a live order line, allocated + fulfilled + cancelled = ordered. A kit is
    allocated as far as all of its parts are."""
    return rows_of(
        """
        WITH parts AS (
            SELECT reference, line, sku_id, SUM(quantity / per_kit) AS units
            FROM inventory_promise
            WHERE status IN ('HELD', 'ALLOCATED') AND reference LIKE 'R-%%'
            GROUP BY reference, line, sku_id
        ), lines AS (
            SELECT reference, line, MIN(units) AS units FROM parts GROUP BY reference, line
        ), kept AS (
            SELECT reference, split_part(line, ':', 2) AS position, SUM(units) AS units
            FROM lines GROUP BY reference, split_part(line, ':', 2)
        )
        SELECT o.number, o.status, l.position, l.quantity AS ordered,
               COALESCE(k.units, 0) AS promised, l.fulfilled_quantity AS fulfilled,
               l.cancelled_quantity AS cancelled
        FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id
        LEFT JOIN kept k ON k.reference = o.number AND k.position = l.position::text
        WHERE l.quantity
              <> COALESCE(k.units, 0) + l.fulfilled_quantity + l.cancelled_quantity
        """
    )


def paid_orders_with_expired_promises() -> list[Row]:
    """P6: an order that stands has no expired promise without a re-sourcing record."""
    return rows_of(
        """
        SELECT o.number, p.line, p.quantity, p.ended_at
        FROM inventory_promise p
        JOIN orders_order o ON o.number = p.reference
        WHERE p.status = 'EXPIRED' AND o.status IN ('PLACED', 'COMPLETED')
          AND NOT EXISTS (
              SELECT 1 FROM orders_sourcingdecision d
              JOIN orders_orderline l ON l.id = d.order_line_id
              WHERE d.order_id = o.id AND d.reason = 'RESOURCED'
                AND l.position::text = split_part(p.line, ':', 2)
          )
        """
    )
