"""The laws of replenishment: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def proposals_off_their_documents() -> list[Row]:
    """R1: what was accepted was asked for: the proposals that name a document are its
    lines, for the same places or supplier, with no unit more or less."""
    return rows_of(
        """
        WITH accepted AS (
            SELECT document, sku_id, kind, store_id,
                   COALESCE(source_id, supplier_id) AS origin, SUM(quantity) AS units
            FROM inventory_proposal WHERE status = 'ACCEPTED'
            GROUP BY document, sku_id, kind, store_id, COALESCE(source_id, supplier_id)
        ), asked AS (
            SELECT o.number AS document, l.sku_id, 'PURCHASE' AS kind, o.store_id,
                   o.supplier_id AS origin, l.quantity AS units
            FROM inventory_purchaseorder o
            JOIN inventory_purchaseorderline l ON l.order_id = o.id
            WHERE o.number IN (SELECT document FROM accepted)
            UNION ALL
            SELECT t.number, l.sku_id, 'TRANSFER', t.target_id, t.source_id, l.requested
            FROM inventory_transfer t JOIN inventory_transferline l ON l.transfer_id = t.id
            WHERE t.number IN (SELECT document FROM accepted)
        )
        SELECT document, sku_id, kind, store_id, a.units AS accepted, d.units AS asked
        FROM accepted a
        FULL JOIN asked d USING (document, sku_id, kind, store_id, origin)
        WHERE a.units IS DISTINCT FROM d.units
        """
    )


def waits_off_their_facts() -> list[Row]:
    """R2: a wait says that it was told exactly when one fact says so."""
    return rows_of(
        """
        WITH facts AS (
            SELECT payload ->> 'wait_number' AS number, COUNT(*) AS times
            FROM kernel_outboxfact WHERE name = 'inventory.wait_served'
            GROUP BY payload ->> 'wait_number'
        )
        SELECT number, w.status, f.times
        FROM (SELECT * FROM inventory_stockwait WHERE status = 'TOLD') w
        FULL JOIN facts f USING (number)
        WHERE COALESCE(f.times, 0) <> 1 OR w.status IS NULL
        """
    )


def shelves_off_their_facts() -> list[Row]:
    """R3: a shelf is gone exactly when the last that was told of it is that it is; so
    nothing was told twice, and nothing was left out."""
    return rows_of(
        """
        WITH told AS (
            SELECT payload ->> 'store_code' AS store, payload ->> 'sku_code' AS sku, name,
                   lag(name) OVER w AS before,
                   row_number() OVER (
                       PARTITION BY subject ORDER BY sequence DESC) AS turn
            FROM kernel_outboxfact
            WHERE name IN ('inventory.stock_out', 'inventory.stock_back',
                           'inventory.stock_low')
            WINDOW w AS (PARTITION BY subject ORDER BY sequence)
        ), shelves AS (
            SELECT p.code AS store, k.code AS sku, s.state
            FROM inventory_shelfstate s
            JOIN stores_store p ON p.id = s.store_id
            JOIN inventory_sku k ON k.id = s.sku_id
        )
        SELECT store, sku, s.state, t.name AS told, t.before
        FROM shelves s FULL JOIN told t USING (store, sku)
        WHERE (COALESCE(t.turn, 1) = 1
               AND (s.state IS NOT DISTINCT FROM 'OUT')
                   <> (t.name IS NOT DISTINCT FROM 'inventory.stock_out'))
           OR t.name = 'inventory.stock_out' AND t.before = 'inventory.stock_out'
           OR t.name = 'inventory.stock_back'
              AND t.before IS DISTINCT FROM 'inventory.stock_out'
        """
    )
