"""Hold one line through the operation, beside the SQL that writes the same rows."""

import uuid

from django.db import connection, transaction

from inventory.promises.operations import Demand, hold_stock
from inventory.stock.models import StockLevel
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from tests.bench.figures import Pair, alternating, median_ms

TIMES = 200

_BARE = """
    WITH level AS (
        UPDATE inventory_stocklevel SET reserved = reserved + 1, changed_at = now()
        WHERE id = %s AND available_to_promise >= 1
        RETURNING store_id, sku_id
    )
    INSERT INTO inventory_promise
        (store_id, sku_id, quantity, status, owner, reference, line, ends_at,
         payment_in_flight, created_at)
    SELECT store_id, sku_id, 1, 'HELD', 'bench', %s, '1', now() + interval '15 minutes',
           false, now()
    FROM level
"""


def hold_one_line() -> Pair:
    """One unit of one SKU, kept for a cart; levels taken in turn."""
    levels = list(
        StockLevel.objects.filter(available_to_promise__gte=20)
        .select_related("store", "sku")
        .order_by("pk")[:200]
    )

    def held(number: int) -> None:
        level = levels[number % len(levels)]
        at = clock.now()
        hold_stock(
            demands=[Demand(level.store.code, level.sku.code, 1, "1")],
            owner=f"bench:{number}:{at}",
            reference=uuid.uuid4().hex,
            ends_at=at + limits().hold_life,
            by=SYSTEM,
            at=at,
        )

    def bare(number: int) -> None:
        level = levels[number % len(levels)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BARE, [level.pk, uuid.uuid4().hex])

    ours, theirs = alternating(
        lambda: median_ms(held, times=TIMES), lambda: median_ms(bare, times=TIMES)
    )
    return Pair(
        "hold one line, operation",
        ours,
        "one statement: UPDATE + INSERT",
        theirs,
        "round trips: the level's key, earlier holds, the level, the promise",
    )
