"""Which articles of a place are to be counted first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from inventory.counts.counting import Exposure, risk
from inventory.counts.models import CountSession
from inventory.stock.queries import SOLD
from omniretail.kernel.limits import limits
from stores.network.places import StorePlace

_EXPOSED = f"""
    WITH {SOLD}, counted AS (
        SELECT l.sku_id, MAX(l.counted_at) AS at FROM inventory_countline l
        JOIN inventory_countsession s ON s.id = l.session_id
        WHERE s.store_id = %(store)s AND l.posted IS NOT NULL
        GROUP BY l.sku_id
    ), missed AS (
        SELECT m.sku_id, COUNT(*) AS times FROM inventory_stockmovement m
        LEFT JOIN counted c USING (sku_id)
        WHERE m.store_id = %(store)s AND m.kind = 'SHORT_PICK'
          AND m.at > GREATEST(%(missed_since)s, c.at) AND m.at <= %(at)s
        GROUP BY m.sku_id
    ), busy AS (
        SELECT l.sku_id FROM inventory_countline l
        JOIN inventory_countsession s ON s.id = l.session_id
        WHERE s.store_id = %(store)s AND s.status IN ('OPEN', 'RECOUNT', 'COUNTED')
    )
    SELECT k.code, l.on_hand, COALESCE(p.amount, 0), COALESCE(sold.units, 0),
           counted.at, COALESCE(missed.times, 0)
    FROM inventory_stocklevel l
    JOIN inventory_sku k ON k.id = l.sku_id
    LEFT JOIN inventory_price p
        ON p.sku_id = l.sku_id AND p.currency = %(currency)s AND p.valid @> %(at)s
    LEFT JOIN sold ON sold.sku_id = l.sku_id
    LEFT JOIN counted ON counted.sku_id = l.sku_id
    LEFT JOIN missed ON missed.sku_id = l.sku_id
    WHERE l.store_id = %(store)s
      AND NOT EXISTS (SELECT FROM busy WHERE busy.sku_id = l.sku_id)
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class Risk:
    """An article, and how urgently it is to be counted."""

    sku_code: str
    score: Decimal


def riskiest(place: StorePlace, *, at: datetime, limit: int) -> list[Risk]:
    """The articles of a place to count first, the riskiest first; those that are in a
    count already are left out."""
    parameters: dict[str, Any] = {
        "store": place.id,
        "skus": None,
        "currency": place.currency,
        "at": at,
        "sold_since": at - timedelta(days=limits().count_velocity_days),
        "missed_since": at - timedelta(days=limits().count_nil_pick_days),
    }
    with connection.cursor() as cursor:
        cursor.execute(_EXPOSED, parameters)
        rows = cursor.fetchall()
    scored = [Risk(row[0], risk(_exposure(row, at))) for row in rows]
    return sorted(scored, key=lambda one: (-one.score, one.sku_code))[:limit]


def unattended(store_code: str, day: date) -> list[str]:
    """Lists of earlier days that nobody has begun to count."""
    rows = CountSession.objects.at_place(store_code).filter(
        status=CountSession.Status.OPEN, proposed_for__lt=day, counters=[]
    )
    return list(rows.order_by("pk").values_list("number", flat=True))


def proposed(days: Iterable[tuple[str, date]]) -> set[str]:
    """The places among these whose list of the day is made."""
    asked = dict(days)
    rows = CountSession.objects.filter(
        store__code__in=asked, proposed_for__in=set(asked.values())
    ).values_list("store__code", "proposed_for")
    return {code for code, day in rows if asked[code] == day}


def _exposure(
    row: tuple[str, int, Decimal, int, datetime | None, int], at: datetime
) -> Exposure:
    _code, on_hand, price, sold, counted_at, missed = row
    return Exposure(
        on_hand=on_hand,
        price=price,
        sold=int(sold),
        sold_over_days=limits().count_velocity_days,
        days_since_count=None if counted_at is None else max((at - counted_at).days, 0),
        nil_picks=missed,
    )
