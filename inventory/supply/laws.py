"""The laws of supply: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def transfers_at_both_ends() -> list[Row]:
    """S5: dispatched = received + lost + in transit, for each line, in its movements and
    in its document; nothing is in transit outside a transfer, or in a closed one."""
    return rows_of(
        """
        WITH moved AS (
            SELECT reference AS number, sku_id,
                   SUM(quantity) FILTER (WHERE target = 'IN_TRANSIT') AS dispatched,
                   SUM(quantity) FILTER (
                       WHERE source IN ('IN_TRANSIT', 'SHRINKAGE')
                         AND target NOT IN ('IN_TRANSIT', 'SHRINKAGE')
                   ) AS received,
                   COALESCE(SUM(quantity) FILTER (
                       WHERE source = 'IN_TRANSIT' AND target = 'SHRINKAGE'
                   ), 0)
                 - COALESCE(SUM(quantity) FILTER (WHERE source = 'SHRINKAGE'), 0) AS lost
            FROM inventory_stockmovement m
            WHERE 'IN_TRANSIT' IN (source, target)
               OR EXISTS (SELECT FROM inventory_transfer t WHERE t.number = m.reference)
            GROUP BY reference, sku_id
        ), said AS (
            SELECT t.number, l.sku_id, t.status, l.dispatched, l.received, l.lost
            FROM inventory_transferline l JOIN inventory_transfer t ON t.id = l.transfer_id
        )
        SELECT number, sku_id, s.status, s.dispatched, m.dispatched AS left_the_source,
               s.received, m.received AS reached_the_target, s.lost, m.lost AS written_off
        FROM said s FULL JOIN moved m USING (number, sku_id)
        WHERE s.number IS NULL
           OR s.dispatched <> COALESCE(m.dispatched, 0)
           OR s.received <> COALESCE(m.received, 0)
           OR s.lost <> COALESCE(m.lost, 0)
           OR s.dispatched < s.received + s.lost
           OR s.dispatched > s.received + s.lost
              AND s.status NOT IN ('DISPATCHED', 'PARTLY_RECEIVED')
        """
    )


def incoming_off_its_documents() -> list[Row]:
    """S5b: what is to come is what open orders and transfers still owe, and covers what
    is promised of it, which is what the waiting promises say."""
    return rows_of(
        """
        WITH owed AS (
            SELECT i.id, i.units, i.promised,
                   CASE WHEN o.status IN ('ORDERED', 'PARTLY_RECEIVED')
                        THEN GREATEST(p.quantity - p.received, 0)
                        WHEN t.status IN ('DISPATCHED', 'PARTLY_RECEIVED')
                        THEN l.dispatched - l.received - l.lost
                        ELSE 0 END AS owed
            FROM inventory_incomingline i
            LEFT JOIN inventory_purchaseorderline p ON p.id = i.order_line_id
            LEFT JOIN inventory_purchaseorder o ON o.id = p.order_id
            LEFT JOIN inventory_transferline l ON l.id = i.transfer_line_id
            LEFT JOIN inventory_transfer t ON t.id = l.transfer_id
        ), waiting AS (
            SELECT incoming_id AS id, SUM(quantity) AS units FROM inventory_datedpromise
            WHERE status = 'WAITING' GROUP BY incoming_id
        )
        SELECT id, o.units, o.owed, o.promised, COALESCE(w.units, 0) AS waiting
        FROM owed o LEFT JOIN waiting w USING (id)
        WHERE o.units <> o.owed OR o.promised > o.units
           OR o.promised <> COALESCE(w.units, 0)
        """
    )


def receipts_off_their_documents() -> list[Row]:
    """S5c: what documents say has come is what their receipts say, and the stock knows
    every unit of it."""
    return rows_of(
        """
        WITH come AS (
            SELECT r.order_id, r.transfer_id, l.sku_id, SUM(l.quantity) AS units
            FROM inventory_receipt r JOIN inventory_receiptline l ON l.receipt_id = r.id
            GROUP BY r.order_id, r.transfer_id, l.sku_id
        ), moved AS (
            SELECT reference, sku_id, SUM(quantity) AS units FROM inventory_stockmovement
            WHERE kind = 'RECEIPT' AND source = 'SUPPLIER' GROUP BY reference, sku_id
        ), taken AS (
            SELECT r.number AS reference, l.sku_id, SUM(l.quantity) AS units
            FROM inventory_receipt r JOIN inventory_receiptline l ON l.receipt_id = r.id
            WHERE r.transfer_id IS NULL GROUP BY r.number, l.sku_id
        )
        SELECT o.number AS document, p.sku_id, p.received AS said, c.units AS receipts
        FROM inventory_purchaseorderline p
        JOIN inventory_purchaseorder o ON o.id = p.order_id
        LEFT JOIN come c ON c.order_id = o.id AND c.sku_id = p.sku_id
        WHERE p.received <> COALESCE(c.units, 0)
        UNION ALL
        SELECT t.number, l.sku_id, l.received, c.units
        FROM inventory_transferline l JOIN inventory_transfer t ON t.id = l.transfer_id
        LEFT JOIN come c ON c.transfer_id = t.id AND c.sku_id = l.sku_id
        WHERE l.received <> COALESCE(c.units, 0)
        UNION ALL
        SELECT reference, sku_id, taken.units, m.units
        FROM taken LEFT JOIN moved m USING (reference, sku_id)
        WHERE taken.units <> COALESCE(m.units, 0)
        """
    )
