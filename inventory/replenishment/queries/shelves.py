"""Every shelf of some SKUs as the arithmetic of proposals takes it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

from inventory.replenishment.balancing import Shelf
from inventory.replenishment.ordering import Marks, Terms

# What lies there and nobody has, what is on its way (also what is only asked for), and
# what others have asked for and is not yet kept for them. A warehouse that feeds a place
# is there even if it has no marks of its own. What is off sale goes nowhere.
_SHELVES = """
    WITH marked AS (
        SELECT v.*, p.pack_size, p.least_order, p.most_on_hand, p.source_id,
               u.code AS supplier_code
        FROM inventory_velocity v JOIN inventory_reorderpolicy p ON p.id = v.policy_id
        JOIN inventory_sku k ON k.id = v.sku_id AND k.is_active
        LEFT JOIN inventory_supplier u ON u.id = p.supplier_id AND u.is_active
        WHERE v.sku_id = ANY(%(skus)s) AND v.reorder_point IS NOT NULL
    ), shelf AS (
        SELECT store_id, sku_id FROM marked
        UNION SELECT source_id, sku_id FROM marked WHERE source_id IS NOT NULL
    ), to_come AS (
        SELECT store_id, sku_id, SUM(units - promised) AS units
        FROM inventory_incomingline WHERE sku_id = ANY(%(skus)s) AND units > 0
        GROUP BY store_id, sku_id
    ), ordered AS (
        SELECT o.store_id, l.sku_id, SUM(l.quantity) AS units
        FROM inventory_purchaseorder o JOIN inventory_purchaseorderline l
            ON l.order_id = o.id
        WHERE o.status = 'DRAFT' AND l.sku_id = ANY(%(skus)s)
        GROUP BY o.store_id, l.sku_id
    ), asked AS (
        SELECT t.source_id, t.target_id, l.sku_id, t.status,
               CASE t.status WHEN 'APPROVED' THEN l.approved ELSE l.requested END AS units
        FROM inventory_transfer t JOIN inventory_transferline l ON l.transfer_id = t.id
        WHERE t.status IN ('REQUESTED', 'APPROVED') AND l.sku_id = ANY(%(skus)s)
    ), asked_by AS (
        SELECT target_id AS store_id, sku_id, SUM(units) AS units FROM asked
        GROUP BY target_id, sku_id
    ), asked_of AS (
        SELECT source_id AS store_id, sku_id, SUM(units) AS units FROM asked
        WHERE status = 'REQUESTED' GROUP BY source_id, sku_id
    )
    SELECT h.sku_id, h.store_id, s.code, s.latitude, s.longitude, s.kind = 'STORE',
           GREATEST(COALESCE(l.available_to_promise, 0) - COALESCE(f.units, 0), 0),
           COALESCE(l.on_hand - l.reserved, 0) - COALESCE(f.units, 0),
           COALESCE(c.units, 0) + COALESCE(o.units, 0) + COALESCE(b.units, 0),
           COALESCE(m.safety_stock, 0), COALESCE(m.reorder_point, 0),
           COALESCE(m.target, 0), COALESCE(m.per_day, 0), COALESCE(d.code, ''),
           COALESCE(m.supplier_code, ''), COALESCE(m.pack_size, 1),
           COALESCE(m.least_order, 1), m.most_on_hand
    FROM shelf h
    JOIN stores_store s ON s.id = h.store_id
    LEFT JOIN marked m USING (store_id, sku_id)
    LEFT JOIN stores_store d ON d.id = m.source_id AND d.id <> h.store_id
    LEFT JOIN inventory_stocklevel l USING (store_id, sku_id)
    LEFT JOIN to_come c USING (store_id, sku_id)
    LEFT JOIN ordered o USING (store_id, sku_id)
    LEFT JOIN asked_by b USING (store_id, sku_id)
    LEFT JOIN asked_of f USING (store_id, sku_id)
    WHERE (s.opened_on IS NULL OR s.opened_on <= %(day)s)
      AND (s.closed_on IS NULL OR s.closed_on > %(day)s)
    ORDER BY h.sku_id, s.code
"""
_MARKED = """
    (SELECT DISTINCT sku_id FROM inventory_velocity
     WHERE sku_id > %(after)s AND reorder_point IS NOT NULL
     ORDER BY sku_id LIMIT %(limit)s)
    UNION
    (SELECT DISTINCT sku_id FROM inventory_proposal
     WHERE sku_id > %(after)s AND status = 'OPEN' ORDER BY sku_id LIMIT %(limit)s)
    ORDER BY sku_id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Stand:
    """A shelf, its keys, and what of its position is still to come."""

    shelf: Shelf
    store_id: int
    coming: int


def stands_of(sku_ids: Collection[int], day: date) -> dict[int, list[Stand]]:
    """The shelves of these SKUs at the places in business, by SKU."""
    with connection.cursor() as cursor:
        cursor.execute(_SHELVES, {"skus": list(sku_ids), "day": day})
        rows = cursor.fetchall()
    found: dict[int, list[Stand]] = defaultdict(list)
    for sku, store, code, latitude, longitude, gives, free, lying, coming, *rest in rows:
        safety, point, target, per_day, source, supplier, pack, least, most = rest
        shelf = Shelf(
            store_code=code,
            latitude=latitude,
            longitude=longitude,
            free=int(free),
            position=int(lying + coming),
            marks=Marks(safety, point, target),
            per_day=per_day,
            gives=gives,
            source_code=source,
            supplier_code=supplier,
            terms=Terms(pack, least),
            most=most,
        )
        found[sku].append(Stand(shelf, store, int(coming)))
    return found


def marked_skus(after: int, limit: int) -> list[int]:
    """The next SKUs that are kept by a policy anywhere, or still proposed although none
    keeps them any more, in the order of their keys."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKED, {"after": after, "limit": limit})
        return [row[0] for row in cursor.fetchall()]
