"""Shelves that ran low, empty or full again are told once a crossing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from omniretail.contracts.shelves import ShelfFact, StockBack, StockLow, StockOut
from omniretail.kernel import outbox

_LOCKED = """
    SELECT s.id FROM inventory_shelfstate s
    JOIN unnest(%(stores)s::bigint[], %(skus)s::bigint[]) AS a(store_id, sku_id)
        USING (store_id, sku_id)
    ORDER BY s.id FOR NO KEY UPDATE OF s
"""
# The row of a shelf is what was told last: where it says so already, nothing is told.
_CROSSED = """
    WITH asked AS (
        SELECT DISTINCT * FROM unnest(%(stores)s::bigint[], %(skus)s::bigint[])
            AS a(store_id, sku_id)
    ), now AS (
        SELECT a.store_id, a.sku_id, l.on_hand, v.reorder_point,
               CASE WHEN l.on_hand = 0 THEN 'OUT'
                    WHEN l.on_hand <= v.reorder_point THEN 'LOW'
                    ELSE 'THERE' END AS state,
               COALESCE(s.state, 'THERE') AS before
        FROM asked a
        JOIN inventory_stocklevel l USING (store_id, sku_id)
        LEFT JOIN inventory_velocity v USING (store_id, sku_id)
        LEFT JOIN inventory_shelfstate s USING (store_id, sku_id)
    ), told AS (
        INSERT INTO inventory_shelfstate AS s (store_id, sku_id, state, on_hand, since)
        SELECT store_id, sku_id, state, on_hand, %(at)s
        FROM now WHERE state <> before
        ORDER BY store_id, sku_id
        ON CONFLICT (store_id, sku_id) DO UPDATE
        SET state = EXCLUDED.state, on_hand = EXCLUDED.on_hand, since = EXCLUDED.since
        WHERE s.state <> EXCLUDED.state
        RETURNING store_id, sku_id
    )
    SELECT p.code, k.code, k.name, n.on_hand, n.reorder_point, n.before, n.state
    FROM told JOIN now n USING (store_id, sku_id)
    JOIN stores_store p ON p.id = n.store_id JOIN inventory_sku k ON k.id = n.sku_id
    ORDER BY p.code, k.code
"""


@transaction.atomic
def tell_shelves(shelves: Sequence[tuple[int, int]], *, at: datetime) -> int:
    """Compare these shelves (place, SKU) with what was told of them last, and tell what
    has changed; answers how many facts that made."""
    if not shelves:
        return 0
    asked: dict[str, Any] = {
        "stores": [store for store, _sku in shelves],
        "skus": [sku for _store, sku in shelves],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED, asked)
        cursor.execute(_CROSSED, asked)
        rows = cursor.fetchall()
    facts = [fact for row in rows if (fact := _fact(*row, at=at)) is not None]
    outbox.publish_all(facts)
    return len(facts)


def _fact(
    store: str,
    sku: str,
    name: str,
    on_hand: int,
    reorder_point: int | None,
    before: str,
    state: str,
    *,
    at: datetime,
) -> ShelfFact | None:
    told: dict[str, Any] = {
        "store_code": store,
        "sku_code": sku,
        "sku_name": name,
        "on_hand": on_hand,
    }
    if state == "OUT":
        return StockOut(**told, occurred_at=at)
    if before == "OUT":
        return StockBack(**told, occurred_at=at)
    if state == "LOW":
        return StockLow(**told, reorder_point=reorder_point or 0, occurred_at=at)
    return None
