"""The laws of money: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def tenders_beyond_their_bounds() -> list[Row]:
    """O3: captured ≤ authorised and refunded ≤ captured, per tender and per line.

    The ledger says so too: a tender's amounts are the sums of its entries.
    """
    return rows_of(
        """
        WITH written AS (
            SELECT t.id,
                COALESCE(SUM(e.amount) FILTER (WHERE e.kind = 'AUTHORISE'), 0)
                    AS authorised,
                COALESCE(SUM(e.amount) FILTER (WHERE e.kind = 'CAPTURE'), 0)
                    AS captured,
                COALESCE(SUM(e.amount) FILTER (WHERE e.kind = 'VOID'), 0)
                    AS voided,
                COALESCE(SUM(e.amount) FILTER (WHERE e.kind = 'REFUND'), 0)
                    AS refunded
            FROM orders_tender t LEFT JOIN orders_tenderentry e ON e.tender_id = t.id
            GROUP BY t.id
        )
        SELECT 'tender ' || t.key AS what, t.authorised_amount, t.captured_amount,
               t.voided_amount, t.refunded_amount
        FROM orders_tender t JOIN written w USING (id)
        WHERE t.captured_amount + t.voided_amount > t.authorised_amount
           OR t.refunded_amount > t.captured_amount
           OR (t.authorised_amount, t.captured_amount, t.voided_amount, t.refunded_amount)
              <> (w.authorised, w.captured, w.voided, w.refunded)
        UNION ALL
        SELECT 'line ' || o.number || ' ' || l.position, l.net_amount, l.net_amount, 0,
               SUM(r.refund_amount)
        FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id
        JOIN orders_returnline r ON r.order_line_id = l.id
        GROUP BY l.id, o.number, l.position, l.net_amount
        HAVING SUM(r.refund_amount) > l.net_amount
        """
    )


def money_off_the_gateways_books() -> list[Row]:
    """O7: no money at the gateway without an order, and none here without the gateway's.

    What it holds, took and gave back is compared key by key.
    """
    return rows_of(
        """
        SELECT COALESCE(c.key, t.key) AS key, o.number,
               c.amount - c.captured_amount - c.voided_amount AS gateway_holds,
               t.authorised_amount - t.captured_amount - t.voided_amount AS we_hold,
               c.captured_amount AS gateway_took, t.captured_amount AS we_took,
               c.refunded_amount AS gateway_returned, t.refunded_amount AS we_returned
        FROM orders_sandboxcharge c
        FULL JOIN (SELECT * FROM orders_tender WHERE gateway = 'sandbox') t
             ON t.key = c.key
        LEFT JOIN orders_order o ON o.id = t.order_id
        WHERE COALESCE(c.captured_amount, 0) <> COALESCE(t.captured_amount, 0)
           OR COALESCE(c.refunded_amount, 0) <> COALESCE(t.refunded_amount, 0)
           OR COALESCE(c.amount - c.captured_amount - c.voided_amount, 0)
              <> COALESCE(t.authorised_amount - t.captured_amount - t.voided_amount, 0)
        """
    )
