"""Forgetting changes nobody needs any more."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

_FORGOTTEN = """
    WITH looked AS (
        SELECT id, store_id, sku_id, recorded_at FROM inventory_levelchange
        WHERE id > %(after)s ORDER BY id LIMIT %(batch)s
    ), gone AS (
        DELETE FROM inventory_levelchange c USING looked o
        JOIN inventory_stocklevel l ON l.store_id = o.store_id AND l.sku_id = o.sku_id
        WHERE c.id = o.id AND o.recorded_at < %(before)s AND l.version > o.id
        RETURNING c.id
    )
    SELECT (SELECT MAX(id) FROM looked WHERE recorded_at < %(before)s),
           (SELECT COUNT(*) FROM gone)
"""


def forget_changes(*, before: datetime, batch: int = 20_000) -> int:
    """Forget what levels said before that moment and have not said last.

    Whoever reads from an old cursor, or from the beginning, still reads how each level
    stands: only the way there is shorter. Batches are transactions of their own. Answers
    how many changes were forgotten.
    """
    after: int | None = 0
    forgotten = 0
    while after is not None:
        after, gone = _forget(after, before, batch)
        forgotten += gone
    return forgotten


@transaction.atomic
def _forget(after: int, before: datetime, batch: int) -> tuple[int | None, int]:
    parameters: dict[str, Any] = {"after": after, "before": before, "batch": batch}
    with connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN, parameters)
        last, gone = cursor.fetchone()
    return last, gone
