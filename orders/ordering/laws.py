"""The laws of orders and their lines: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def totals_off_their_lines() -> list[Row]:
    """O1: the total is the lines less discounts plus delivery, tax included as stated.

    What is not the lines' tax is delivery's, so it lies within the delivery price.
    """
    return rows_of(
        """
        WITH summed AS (
            SELECT order_id,
                   SUM(unit_price * quantity) AS items,
                   SUM(discount_amount) AS discounts,
                   SUM(tax_amount) AS tax,
                   BOOL_OR(net_amount <> unit_price * quantity - discount_amount
                       OR tax_amount <> ROUND(net_amount * tax_rate / (100 + tax_rate), 2)
                   ) AS is_odd
            FROM orders_orderline GROUP BY order_id
        )
        SELECT o.number, o.total_amount, s.items, s.discounts, o.delivery_amount,
               o.tax_amount, s.tax AS tax_of_lines, s.is_odd
        FROM orders_order o LEFT JOIN summed s ON s.order_id = o.id
        WHERE s.order_id IS NULL OR s.is_odd
           OR o.items_amount <> s.items
           OR o.discount_amount <> s.discounts
           OR o.total_amount <> s.items - s.discounts + o.delivery_amount
           OR o.tax_amount - s.tax NOT BETWEEN 0 AND o.delivery_amount
        """
    )


def carts_ordered_twice() -> list[Row]:
    """O5: one order per cart; one live capture per attempt."""
    return rows_of(
        """
        SELECT 'cart ' || cart_id AS what, COUNT(*) AS times
        FROM orders_order WHERE cart_id IS NOT NULL AND status <> 'CANCELLED'
        GROUP BY cart_id HAVING COUNT(*) > 1
        UNION ALL
        SELECT 'capture ' || t.order_id || ' ' || r.reference, COUNT(*)
        FROM orders_paymentrequest r JOIN orders_tender t ON t.id = r.tender_id
        WHERE r.kind = 'CAPTURE' AND r.status <> 'REFUSED'
        GROUP BY t.order_id, t.kind, r.reference HAVING COUNT(*) > 1
        """
    )


def answers_without_their_order() -> list[Row]:
    """O8: what a client was told of a placed order is so."""
    return rows_of(
        """
        WITH told AS (
            SELECT id, body::jsonb AS body FROM kernel_idempotencykey
            WHERE operation = 'carts.checkout' AND status = 201 AND body LIKE '{%%'
        )
        SELECT told.id, told.body ->> 'number' AS number,
               told.body ->> 'total_amount' AS told_total, o.total_amount
        FROM told LEFT JOIN orders_order o ON o.number = told.body ->> 'number'
        WHERE o.id IS NULL OR o.placed_at IS NULL
           OR o.total_amount <> (told.body ->> 'total_amount')::numeric
        """
    )


def prices_off_the_published_ones() -> list[Row]:
    """O9: the price paid was the published one of that moment, or names why not.

    A price list that is being imported is published once it has landed, which may be
    a moment after it says it begins: hence the two minutes before the order.
    """
    return rows_of(
        """
        SELECT o.number, l.position, l.sku_code, l.unit_price
        FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id
        WHERE l.price_override = '' AND o.price_override = ''
          AND NOT EXISTS (
              SELECT 1 FROM inventory_price p
              WHERE p.sku_id = l.sku_id AND p.currency = o.currency
                AND p.amount = l.unit_price
                AND p.valid && tstzrange(
                    o.opened_at - interval '2 minutes', o.opened_at, '[]')
          )
        """
    )
