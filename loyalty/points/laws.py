"""Laws of points."""

from omniretail.kernel.laws import Row, rows_of

_L1 = """
    SELECT c.number AS customer, a.balance, a.pending, a.debt,
           e.points AS entries_points, e.pending AS entries_pending,
           e.debt AS entries_debt, l.active AS lots_active, l.pending AS lots_pending
    FROM loyalty_account a
    JOIN loyalty_customer c ON c.id = a.customer_id
    CROSS JOIN LATERAL (
        SELECT COALESCE(SUM(points), 0) AS points, COALESCE(SUM(pending), 0) AS pending,
               COALESCE(SUM(debt), 0) AS debt
        FROM loyalty_entry WHERE account_id = a.id
    ) e
    CROSS JOIN LATERAL (
        SELECT COALESCE(SUM(remaining) FILTER (WHERE status = 'ACTIVE'), 0) AS active,
               COALESCE(SUM(remaining) FILTER (WHERE status = 'PENDING'), 0) AS pending
        FROM loyalty_lot WHERE account_id = a.id
    ) l
    WHERE a.balance < 0 OR a.pending < 0 OR a.debt < 0 OR (a.debt > 0 AND a.balance > 0)
       OR (a.balance, a.pending, a.debt) IS DISTINCT FROM (e.points, e.pending, e.debt)
       OR (a.balance, a.pending) IS DISTINCT FROM (l.active, l.pending)
"""

_L2 = """
    WITH lines AS (
        SELECT order_number, line,
               COALESCE(SUM(points) FILTER (WHERE points > 0 OR base_amount > 0), 0)
                   AS points,
               COALESCE(SUM(base_amount) FILTER (WHERE base_amount > 0), 0) AS base,
               -COALESCE(SUM(base_amount) FILTER (WHERE base_amount < 0), 0) AS returned,
               -COALESCE(SUM(points) FILTER (WHERE points < 0), 0) AS clawed
        FROM loyalty_linepoints GROUP BY order_number, line
    ),
    due AS (
        SELECT *, CASE
            WHEN base <= 0 OR returned >= base THEN points
            ELSE points - div(points * (base - returned), base) END AS due
        FROM lines
    ),
    told AS (
        SELECT e.source, e.reference, SUM(e.debt - e.points - e.pending) AS moved,
               (SELECT -COALESCE(SUM(l.points), 0) FROM loyalty_linepoints l
                JOIN loyalty_entry c ON c.id = l.entry_id
                WHERE c.kind = 'CLAWBACK' AND c.source = e.source
                  AND c.reference = e.reference) AS named
        FROM loyalty_entry e WHERE e.kind IN ('CLAWBACK', 'DEBT')
        GROUP BY e.source, e.reference
    )
    SELECT order_number AS reference, line, due::bigint AS expected, clawed AS found
    FROM due WHERE due <> clawed
    UNION ALL
    SELECT reference, NULL, named, moved FROM told WHERE named <> moved
"""

_L3 = """
    SELECT source, reference, kind, COUNT(*) AS entries FROM loyalty_entry
    GROUP BY source, reference, kind HAVING COUNT(*) > 1
"""

_L4 = """
    SELECT l.source, l.reference, l.points, l.remaining, u.used
    FROM loyalty_lot l
    CROSS JOIN LATERAL (
        SELECT COALESCE(SUM(points), 0) AS used FROM loyalty_lotuse WHERE lot_id = l.id
    ) u
    WHERE l.remaining < 0 OR l.remaining > l.points OR l.remaining <> l.points + u.used
"""


def accounts_off_their_entries_or_lots() -> list[Row]:
    """L1: balance ≥ 0 and = Σ entries = Σ open lots."""
    return rows_of(_L1)


def clawbacks_off_their_returns() -> list[Row]:
    """L2: a returned line gave up its points exactly once, taken or owed."""
    return rows_of(_L2)


def entries_told_twice() -> list[Row]:
    """L3: one entry per source, reference and kind."""
    return rows_of(_L3)


def lots_spent_beyond_their_size() -> list[Row]:
    """L4: what is left of a lot is its size less what was used of it."""
    return rows_of(_L4)
