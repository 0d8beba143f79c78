"""The laws of the catalogue: each query returns the rows that break one."""

from omniretail.kernel.laws import Row, rows_of


def categories_inside_themselves() -> list[Row]:
    """S12: no category lies inside one that lies inside it.

    What is come to from the top lies in no ring; only the rest is followed outwards. What
    merely hangs below a ring is not named: it is right again once the ring is opened.
    """
    return rows_of(
        """
        WITH RECURSIVE hung(id) AS (
            SELECT id FROM inventory_category WHERE parent_id IS NULL
            UNION
            SELECT c.id FROM hung h JOIN inventory_category c ON c.parent_id = h.id
        ), loose AS (
            SELECT id, code, parent_id FROM inventory_category
            WHERE id NOT IN (SELECT id FROM hung)
        ), around(id, outer_id) AS (
            SELECT id, parent_id FROM loose
            UNION
            SELECT a.id, l.parent_id FROM around a JOIN loose l ON l.id = a.outer_id
        )
        SELECT l.id, l.code, p.code AS inside
        FROM around a JOIN loose l ON l.id = a.id JOIN loose p ON p.id = l.parent_id
        WHERE a.outer_id = a.id
        ORDER BY l.code
        """
    )
