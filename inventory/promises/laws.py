"""The laws of promises: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def levels_off_their_promises() -> list[Row]:
    """S3: reserved = live holds + live allocations of that level."""
    return rows_of(
        """
        WITH live AS (
            SELECT store_id, sku_id, SUM(quantity) AS promised
            FROM inventory_promise WHERE status IN ('HELD', 'ALLOCATED')
            GROUP BY store_id, sku_id
        )
        SELECT store_id, sku_id, l.reserved, p.promised
        FROM inventory_stocklevel l FULL JOIN live p USING (store_id, sku_id)
        WHERE COALESCE(l.reserved, 0) <> COALESCE(p.promised, 0)
        """
    )


def promises_not_ended_once() -> list[Row]:
    """P1: a promise ends in exactly one of consumed, released, expired."""
    return rows_of(
        """
        WITH ends AS (
            SELECT subject_id AS id, COUNT(*) AS times FROM kernel_statestep
            WHERE subject_table = 'inventory_promise'
              AND target IN ('CONSUMED', 'RELEASED', 'EXPIRED')
            GROUP BY subject_id
        )
        SELECT p.id, p.reference, p.status, COALESCE(e.times, 0) AS times_ended
        FROM inventory_promise p LEFT JOIN ends e USING (id)
        WHERE COALESCE(e.times, 0)
              <> CASE WHEN p.status IN ('HELD', 'ALLOCATED') THEN 0 ELSE 1 END
           OR (p.status IN ('HELD', 'ALLOCATED')) <> (p.ended_at IS NULL)
        """
    )


def holds_past_their_end() -> list[Row]:
    """P2: no live hold past its end + 60 s, unless its payment is in flight."""
    return rows_of(
        """
        SELECT id, reference, line, ends_at FROM inventory_promise
        WHERE status = 'HELD' AND NOT payment_in_flight
          AND ends_at < clock_timestamp() - interval '60 seconds'
        """
    )


def consumed_promises_off_their_sales() -> list[Row]:
    """P3, its stock side: for a consumed promise just these units left the place."""
    return rows_of(
        """
        WITH sold AS (
            SELECT store_id, sku_id, quantity, reference, line
            FROM inventory_stockmovement
            WHERE source = 'ON_HAND' AND target IN ('CUSTOMER', 'IN_TRANSIT')
              AND line LIKE '%%#%%'
        ), kept AS (
            SELECT store_id, sku_id, quantity, reference, line || '#' || id AS line
            FROM inventory_promise WHERE status = 'CONSUMED'
        )
        SELECT reference, line, k.quantity AS promised, s.quantity AS sold
        FROM kept k FULL JOIN sold s USING (store_id, sku_id, quantity, reference, line)
        WHERE k.quantity IS NULL OR s.quantity IS NULL
        """
    )


def promises_without_owner_or_place() -> list[Row]:
    """P5: no promise without an owner; none at a closed place."""
    return rows_of(
        """
        SELECT p.id, p.reference, p.owner, s.code AS place, s.closed_on
        FROM inventory_promise p JOIN stores_store s ON s.id = p.store_id
        WHERE p.owner = ''
           OR (p.status IN ('HELD', 'ALLOCATED') AND s.closed_on <= current_date)
        """
    )


def promises_beyond_what_channels_may_sell() -> list[Row]:
    """S9: safety stock and channel buffers are kept by the channels they bind.

    Each promise says what it left its channel (never less than nothing), or why it need
    not: the goods were promised before they came, or it is the rest of another one of the
    same channel. That the figure is true the database sees to, whenever one is made or
    moves to another place.
    """
    return rows_of(
        """
        SELECT p.id, p.reference, p.channel, p.spare, NULL AS unguarded
        FROM inventory_promise p LEFT JOIN inventory_promise f ON f.id = p.rest_of_id
        WHERE p.spare < 0
           OR (p.spare IS NULL AND NOT p.from_safety_stock AND f.id IS NULL)
           OR (p.rest_of_id IS NOT NULL AND
               (f.store_id, f.sku_id, f.reference, f.line, f.channel, f.from_safety_stock)
               IS DISTINCT FROM
               (p.store_id, p.sku_id, p.reference, p.line, p.channel, p.from_safety_stock))
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, deed
        FROM (VALUES ('INSERT', 'promise'), ('UPDATE', 'moved_promise')) AS d(deed, what)
        WHERE NOT EXISTS (
            SELECT FROM pg_trigger
            WHERE tgrelid = 'inventory_promise'::regclass
              AND tgname LIKE 'pgtrigger_' || d.what || '_within_bounds_%%'
              AND tgenabled IN ('O', 'A')
        )
        """
    )


def kits_off_their_parts() -> list[Row]:
    """S8: a kit is kept and sold by its parts: all of them, of as many kits, and nothing
    else; it has no stock of its own, and no part that is a kit.

    That a part shared by several lines is counted once is what S2 and S3 say of it.
    """
    return rows_of(
        """
        WITH counted AS (
            SELECT reference, line, store_id, kit_id, sku_id,
                   CASE status WHEN 'CONSUMED' THEN 'sold' ELSE 'kept' END AS what,
                   SUM(quantity) AS units, MIN(per_kit) AS least, MAX(per_kit) AS most
            FROM inventory_promise
            WHERE kit_id IS NOT NULL AND status IN ('HELD', 'ALLOCATED', 'CONSUMED')
            GROUP BY reference, line, store_id, kit_id, sku_id, what
        ), lines AS (
            SELECT DISTINCT reference, line, store_id, kit_id, what FROM counted
        ), due AS (
            SELECT l.*, k.part_id AS sku_id, k.quantity AS per_kit
            FROM lines l JOIN inventory_kitpart k USING (kit_id)
        )
        SELECT reference || ' ' || line AS what, COALESCE(c.kit_id, d.kit_id) AS kit_id,
               array_agg(c.units) AS units
        FROM counted c
        FULL JOIN due d USING (reference, line, store_id, kit_id, sku_id, what)
        GROUP BY reference, line, store_id, c.kit_id, d.kit_id, what
        HAVING BOOL_OR(c.units IS NULL OR d.per_kit IS NULL OR c.least <> d.per_kit
                       OR c.most <> d.per_kit OR c.units %% d.per_kit <> 0)
            OR COUNT(DISTINCT c.units / d.per_kit) > 1
        UNION ALL
        SELECT 'stocked in ' || l.store_id, l.sku_id, ARRAY[l.on_hand]
        FROM inventory_stocklevel l
        WHERE EXISTS (SELECT FROM inventory_kitpart k WHERE k.kit_id = l.sku_id)
        UNION ALL
        SELECT 'part of ' || p.kit_id, p.part_id, ARRAY[p.quantity]
        FROM inventory_kitpart p
        WHERE EXISTS (SELECT FROM inventory_kitpart k WHERE k.kit_id = p.part_id)
        UNION ALL
        SELECT 'said to be ' || s.is_kit, s.id, NULL FROM inventory_sku s
        WHERE s.is_kit <> EXISTS (SELECT FROM inventory_kitpart k WHERE k.kit_id = s.id)
        """
    )
