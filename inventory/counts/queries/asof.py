"""Levels as they were when a shelf was counted."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.counts.counting import AsOf
from inventory.counts.models import CountSession
from inventory.stock.models import CORRECTIONS, StockLevel, StockMovement

_AS_OF = """
    WITH counted AS (
        SELECT * FROM unnest(%(skus)s::bigint[], %(moments)s::timestamptz[])
            AS c(sku_id, at)
    )
    SELECT c.sku_id, COALESCE(l.on_hand, 0), COALESCE(l.reserved, 0), COALESCE((
        SELECT SUM(CASE WHEN m.target = 'ON_HAND' THEN m.quantity ELSE -m.quantity END)
        FROM inventory_stockmovement m
        LEFT JOIN inventory_stockmovement o ON o.id = m.reverses_id
        WHERE m.store_id = %(store)s AND m.sku_id = c.sku_id
          AND m.at > c.at AND COALESCE(o.at, m.at) > c.at
          AND 'ON_HAND' IN (m.source, m.target)
          AND NOT ('SHRINKAGE' IN (m.source, m.target)
                   AND COALESCE(o.kind, m.kind) = ANY(%(corrections)s))
    ), 0)
    FROM counted c
    LEFT JOIN inventory_stocklevel l ON l.store_id = %(store)s AND l.sku_id = c.sku_id
"""


def levels_as_of(store_id: int, moments: Mapping[int, datetime]) -> dict[int, AsOf]:
    """What each level says now, and the goods that came and went since its moment.

    A movement that was taken back never happened: its reversal belongs to its moment.
    One statement, one snapshot: the level and its movements never disagree. To act upon
    the answer, lock the levels before.
    """
    columns: dict[str, Any] = {
        "store": store_id,
        "skus": list(moments),
        "moments": list(moments.values()),
        "corrections": list(CORRECTIONS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_AS_OF, columns)
        rows = cursor.fetchall()
    return {
        sku: AsOf(on_hand, reserved, int(since)) for sku, on_hand, reserved, since in rows
    }


def newer_looks(store_id: int, moments: Mapping[int, datetime]) -> set[int]:
    """The SKUs at which somebody has looked later than at their moment, in a count already
    approved or otherwise: that has said about the shelf what an older count would say
    again. What was taken back says nothing."""
    rows = StockLevel.objects.filter(store=store_id, sku__in=moments)
    looks = rows.values_list("sku_id", "looked_at")
    return {sku for sku, at in looks if at is not None and at > moments[sku]}


def contradicted(session: CountSession, skus: Collection[int]) -> set[int]:
    """The SKUs of which an approved count does not have the last word: somebody has put
    the level right since, or has taken back what the count put right."""
    rows = StockMovement.objects.filter(store=session.store_id, sku__in=skus)
    since = rows.looks().filter(at__gt=session.approved_at)
    others = since.exclude(reference=session.number)
    taken_back = rows.filter(kind=StockMovement.Kind.REVERSAL, reference=session.number)
    return {
        *others.values_list("sku_id", flat=True),
        *taken_back.values_list("sku_id", flat=True),
    }
