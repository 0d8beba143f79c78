"""The laws of fulfilment: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def units_handed_over_twice() -> list[Row]:
    """F1: one hand-over per unit; nothing is both handed over and shipped."""
    return rows_of(
        """
        WITH handed_over AS (
            SELECT l.order_line_id, SUM(l.quantity - l.short_quantity) AS units
            FROM orders_fulfilmentline l JOIN orders_fulfilment f ON f.id = l.fulfilment_id
            WHERE f.status IN ('COLLECTED', 'SHIPPED', 'DELIVERED')
            GROUP BY l.order_line_id
        ), departures AS (
            SELECT subject_id AS id, COUNT(*) AS times FROM kernel_statestep
            WHERE subject_table = 'orders_fulfilment'
              AND target IN ('COLLECTED', 'SHIPPED')
            GROUP BY subject_id
        )
        SELECT f.number AS what, 'left' AS how, d.times AS said, 1 AS known
        FROM orders_fulfilment f LEFT JOIN departures d USING (id)
        WHERE COALESCE(d.times, 0)
              <> CASE WHEN f.status IN ('COLLECTED', 'SHIPPED', 'DELIVERED')
                 THEN 1 ELSE 0 END
           OR (f.collected_at IS NOT NULL AND f.shipped_at IS NOT NULL)
        UNION ALL
        SELECT o.number || ':' || l.position, 'units', h.units, l.fulfilled_quantity
        FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        LEFT JOIN handed_over h ON h.order_line_id = l.id
        WHERE COALESCE(h.units, 0) <> l.fulfilled_quantity
           OR l.fulfilled_quantity + l.cancelled_quantity > l.quantity
        """
    )


def hand_overs_without_evidence() -> list[Row]:
    """F2: a hand-over is in the bag's store, by that store's staff, with a verified
    code or a recorded override."""
    return rows_of(
        """
        SELECT f.number, s.code AS store, f.released_in, f.released_by
        FROM orders_fulfilment f JOIN stores_store s ON s.id = f.store_id
        WHERE f.status = 'COLLECTED' AND f.kind = 'COLLECT' AND NOT (
            f.released_in = s.code
            AND (f.code_verified_at IS NOT NULL
                 OR f.override_by = f.released_by AND f.override_reason <> '')
            AND EXISTS (
                SELECT 1 FROM stores_storeassignment a
                JOIN stores_employee e ON e.id = a.employee_id
                WHERE e.code = f.released_by
                  AND (a.store_id IS NULL OR a.store_id = s.id)
                  AND (f.collected_at AT TIME ZONE s.time_zone)::date
                      BETWEEN a.starts_on AND COALESCE(a.ends_on, 'infinity')
            )
        )
        """
    )


def lacking_bags_nobody_asks_about() -> list[Row]:
    """P7: of whatever a till sold although it was promised to an order, or lay in a bag by
    its number, somebody is asked to look and to speak with the customer, until it is found
    or given up."""
    return rows_of(
        """
        SELECT o.number, p.line, p.uncovered, f.number AS bag
        FROM inventory_promise p
        JOIN orders_order o ON o.number = p.reference
        LEFT JOIN orders_fulfilmentline l ON l.promise_line = p.line
        LEFT JOIN orders_fulfilment f ON f.id = l.fulfilment_id AND f.order_id = o.id
        WHERE p.status = 'ALLOCATED' AND p.uncovered > 0
          AND NOT EXISTS (
              SELECT FROM stores_workitem w
              WHERE w.kind = 'ASK' AND w.reference = f.number
          )
        UNION ALL
        SELECT o.number, s.number, 1, f.number
        FROM orders_pickedserial s
        JOIN orders_fulfilmentline l ON l.id = s.line_id
        JOIN orders_fulfilment f ON f.id = l.fulfilment_id
        JOIN orders_order o ON o.id = f.order_id
        LEFT JOIN inventory_serial u ON u.sku_id = s.sku_id AND u.number = s.number
        WHERE s.left_at IS NULL AND (s.sold_at IS NOT NULL OR u.bucket = 'CUSTOMER')
          AND NOT EXISTS (
              SELECT FROM stores_workitem w
              WHERE w.kind = 'ASK' AND w.reference = f.number
          )
        """
    )


def ready_bags_without_an_end() -> list[Row]:
    """F3: ready is followed by collected, or released with the stock back once."""
    return rows_of(
        """
        SELECT f.number, f.status, f.keep_until
        FROM orders_fulfilment f
        WHERE f.status = 'READY'
          AND f.keep_until < clock_timestamp() - interval '5 minutes'
        UNION ALL
        SELECT f.number, f.status, f.keep_until
        FROM orders_fulfilment f JOIN orders_order o ON o.id = f.order_id
        JOIN orders_fulfilmentline l ON l.fulfilment_id = f.id
        JOIN inventory_promise p ON p.reference = o.number AND p.line = l.promise_line
        WHERE f.status IN ('EXPIRED', 'CANCELLED') AND p.status IN ('HELD', 'ALLOCATED')
        """
    )


def bags_off_their_promises() -> list[Row]:
    """F6: what a bag is still to hold is promised to it where it stands, no more and no
    less. A kit is promised as far as all of its parts are."""
    return rows_of(
        """
        WITH parts AS (
            SELECT reference, line, store_id, sku_id, SUM(quantity / per_kit) AS units
            FROM inventory_promise
            WHERE status IN ('HELD', 'ALLOCATED')
            GROUP BY reference, line, store_id, sku_id
        ), kept AS (
            SELECT reference, line, store_id, MIN(units) AS units
            FROM parts GROUP BY reference, line, store_id
        )
        SELECT f.number, f.status, l.promise_line AS line,
               l.quantity - l.short_quantity AS wanted, COALESCE(k.units, 0) AS promised
        FROM orders_fulfilment f JOIN orders_order o ON o.id = f.order_id
        JOIN orders_fulfilmentline l ON l.fulfilment_id = f.id
        LEFT JOIN kept k ON k.reference = o.number AND k.line = l.promise_line
                        AND k.store_id = f.store_id
        WHERE f.status IN ('ALLOCATED', 'ACCEPTED', 'PICKING', 'READY', 'PACKED')
          AND COALESCE(k.units, 0) <> l.quantity - l.short_quantity
        """
    )


def goods_gone_without_a_hand_over() -> list[Row]:
    """P3, its order side: what left the stock for an order is what its bags say."""
    return rows_of(
        """
        WITH gone AS (
            SELECT m.reference AS number, m.store_id, m.sku_id, SUM(m.quantity) AS units
            FROM inventory_stockmovement m JOIN orders_order o ON o.number = m.reference
            WHERE m.source = 'ON_HAND' AND m.target = 'CUSTOMER'
            GROUP BY m.reference, m.store_id, m.sku_id
        ), said AS (
            SELECT o.number, f.store_id, COALESCE(k.part_id, ol.sku_id) AS sku_id,
                   SUM((l.quantity - l.short_quantity) * COALESCE(k.quantity, 1)) AS units
            FROM orders_fulfilmentline l
            JOIN orders_fulfilment f ON f.id = l.fulfilment_id
            JOIN orders_order o ON o.id = f.order_id
            JOIN orders_orderline ol ON ol.id = l.order_line_id
            LEFT JOIN inventory_kitpart k ON k.kit_id = ol.sku_id
            WHERE f.status IN ('COLLECTED', 'SHIPPED', 'DELIVERED')
            GROUP BY o.number, f.store_id, COALESCE(k.part_id, ol.sku_id)
        )
        SELECT number, store_id, sku_id, gone.units AS gone, said.units AS said
        FROM gone FULL JOIN said USING (number, store_id, sku_id)
        WHERE COALESCE(gone.units, 0) <> COALESCE(said.units, 0)
        """
    )


def kits_picked_off_their_parts() -> list[Row]:
    """F4: a kit is in the bag as far as all of its parts are, and its parts are those it
    is made of."""
    return rows_of(
        """
        WITH found AS (
            SELECT p.line_id, MIN(p.picked_quantity / p.per_kit) AS kits,
                   BOOL_OR(p.picked_quantity > p.per_kit * (l.quantity - l.short_quantity))
                       AS is_too_much,
                   array_agg(p.sku_id || '*' || p.per_kit ORDER BY p.sku_id) AS parts
            FROM orders_fulfilmentpart p JOIN orders_fulfilmentline l ON l.id = p.line_id
            GROUP BY p.line_id
        ), made_of AS (
            SELECT kit_id, array_agg(part_id || '*' || quantity ORDER BY part_id) AS parts
            FROM inventory_kitpart GROUP BY kit_id
        )
        SELECT l.id, l.picked_quantity AS picked, f.kits, f.parts, m.parts AS made_of
        FROM orders_fulfilmentline l
        JOIN orders_orderline o ON o.id = l.order_line_id
        LEFT JOIN made_of m ON m.kit_id = o.sku_id
        LEFT JOIN found f ON f.line_id = l.id
        WHERE m.parts IS DISTINCT FROM f.parts
           OR f.kits <> l.picked_quantity OR f.is_too_much
        """
    )


def serials_off_their_bags() -> list[Row]:
    """F5: a bag names no more units than it holds; those that left with it are named by
    the movement that took them to the customer, and nothing else is still in a bag. What a
    customer has in hand is of an order that waits for its payment."""
    return rows_of(
        """
        WITH named AS (
            SELECT s.*, f.number AS bag, o.number AS reference, f.store_id,
                   f.status IN ('PICKING', 'READY', 'PACKED')
                   OR f.kind = 'CARRY_OUT' AND f.status = 'ALLOCATED' AS is_here,
                   f.status IN ('COLLECTED', 'SHIPPED', 'DELIVERED') AS is_gone
            FROM orders_pickedserial s
            JOIN orders_fulfilmentline l ON l.id = s.line_id
            JOIN orders_fulfilment f ON f.id = l.fulfilment_id
            JOIN orders_order o ON o.id = f.order_id
        )
        SELECT n.bag, n.number, 'is not where its bag is' AS how FROM named n
        WHERE CASE WHEN n.left_at IS NULL THEN NOT n.is_here ELSE NOT n.is_gone END
        UNION ALL
        SELECT n.bag, n.number, 'left without its goods' FROM named n
        WHERE n.left_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM inventory_stockmovement m
            WHERE m.kind = 'SALE' AND m.reference = n.reference AND m.sku_id = n.sku_id
              AND m.store_id = n.store_id AND n.number = ANY(m.serials))
        UNION ALL
        SELECT n.bag, n.sku_code, 'more names than units' FROM named n
        JOIN orders_fulfilmentline l ON l.id = n.line_id
        LEFT JOIN orders_fulfilmentpart p ON p.line_id = l.id AND p.sku_id = n.sku_id
        GROUP BY n.bag, n.sku_code, l.id, p.id
        HAVING COUNT(*) > COALESCE(p.picked_quantity, l.picked_quantity)
        UNION ALL
        SELECT o.number, s.number, 'in hand, and not being paid for'
        FROM orders_pickedserial s JOIN orders_order o ON o.id = s.order_id
        WHERE o.status <> 'PENDING'
        """
    )
