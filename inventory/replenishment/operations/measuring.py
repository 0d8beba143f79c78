"""How fast everything sells, measured anew every day in bounded batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from inventory.replenishment.models import ReorderPolicy, Run
from inventory.replenishment.operations.telling import tell_shelves
from inventory.replenishment.ordering import Marks, Pace, marks, safety_factor
from inventory.replenishment.queries.policies import policies_of
from inventory.stock.models import StockLevel
from omniretail.kernel.limits import limits
from omniretail.kernel.periods import business_date, day_period
from stores.network.places import StorePlace
from stores.network.queries import get_store, open_days, open_stores

NIGHT_ENDS = 4
"""The hour, where the place stands, from which yesterday is over."""
_WAREHOUSE = "WAREHOUSE"
# What left for a customer, day by day, and how much lay there when each day began. Days
# without stock say nothing about demand and are left out. What a warehouse sends to shops
# is asked of it as well. Each day weighs (1 - smoothing) ^ age; with no smoothing, one.
_MEASURED = """
    WITH calendar AS (
        SELECT * FROM unnest(%(calendar)s::date[], %(days)s::date[], %(ages)s::int[])
            AS c(date, day, age)
    ), wanted AS (
        SELECT * FROM unnest(%(skus)s::bigint[], %(smoothing)s::numeric[],
                             %(with_lost)s::bool[], %(kept)s::bool[])
            AS w(sku_id, smoothing, with_lost, kept)
    ), moved AS (
        SELECT m.sku_id, c.day,
               SUM(m.quantity) FILTER (
                   WHERE m.target = 'CUSTOMER' OR m.target = 'IN_TRANSIT' AND %(sends)s
               ) AS sold,
               SUM(CASE 'ON_HAND' WHEN m.target THEN m.quantity
                                  WHEN m.source THEN -m.quantity ELSE 0 END) AS net,
               bool_or(m.target = 'ON_HAND') AS has_come
        FROM inventory_stockmovement m
        JOIN calendar c ON c.date = (m.at AT TIME ZONE %(zone)s)::date
        WHERE m.store_id = %(store)s AND m.sku_id = ANY(%(skus)s) AND m.at >= %(since)s
        GROUP BY m.sku_id, c.day
    ), missed AS (
        SELECT d.sku_id, c.day, SUM(d.quantity) AS lost
        FROM inventory_lostdemand d JOIN calendar c ON c.date = d.day
        WHERE d.store_id = %(store)s AND d.sku_id = ANY(%(skus)s)
          AND d.day >= %(first)s
        GROUP BY d.sku_id, c.day
    ), daily AS (
        SELECT w.sku_id, c.age, w.smoothing, w.with_lost,
               COALESCE(m.sold, 0) AS sold, COALESCE(x.lost, 0) AS lost,
               COALESCE(m.has_come, false) AS has_come,
               l.on_hand - SUM(COALESCE(m.net, 0)) OVER (
                   PARTITION BY w.sku_id ORDER BY c.day DESC
               ) AS opening
        FROM wanted w
        JOIN inventory_stocklevel l ON l.sku_id = w.sku_id AND l.store_id = %(store)s
        CROSS JOIN (SELECT DISTINCT day, age FROM calendar) c
        LEFT JOIN moved m ON m.sku_id = w.sku_id AND m.day = c.day
        LEFT JOIN missed x ON x.sku_id = w.sku_id AND x.day = c.day
    ), weighed AS (
        SELECT sku_id, sold, lost,
               sold + CASE WHEN with_lost THEN lost ELSE 0 END AS units,
               CASE WHEN smoothing = 0 THEN 1
                    ELSE power(1 - smoothing, age) END AS weight,
               opening > 0 OR has_come OR sold > 0 OR with_lost AND lost > 0 AS counts
        FROM daily WHERE age >= 0
    ), summed AS (
        SELECT sku_id, COUNT(*) FILTER (WHERE counts) AS days,
               SUM(sold) AS sold, SUM(lost) AS lost,
               COALESCE(SUM(weight) FILTER (WHERE counts), 0) AS weight,
               COALESCE(SUM(weight * weight) FILTER (WHERE counts), 0) AS weight2,
               COALESCE(SUM(weight * units) FILTER (WHERE counts), 0) AS first_moment,
               COALESCE(SUM(weight * units * units) FILTER (WHERE counts), 0)
                   AS second_moment
        FROM weighed GROUP BY sku_id
    ), paced AS (
        SELECT s.*, COALESCE(first_moment / NULLIF(weight, 0), 0) AS per_day,
               COALESCE((second_moment - first_moment * first_moment / NULLIF(weight, 0))
                        / NULLIF(weight - weight2 / NULLIF(weight, 0), 0), 0) AS variance
        FROM summed s
    )
    INSERT INTO inventory_velocity AS v
        (store_id, sku_id, per_day, deviation, days, sold, lost, since_date, until_date,
         computed_at)
    SELECT %(store)s, p.sku_id, round(per_day, 4), round(sqrt(GREATEST(variance, 0)), 4),
           days, sold, lost, %(first)s, %(last)s, %(at)s
    FROM paced p JOIN wanted w USING (sku_id)
    WHERE p.sold > 0 OR p.lost > 0 OR w.kept
       OR EXISTS (SELECT FROM inventory_velocity o
                  WHERE o.store_id = %(store)s AND o.sku_id = p.sku_id)
    ORDER BY p.sku_id
    ON CONFLICT (store_id, sku_id) DO UPDATE
    SET per_day = EXCLUDED.per_day, deviation = EXCLUDED.deviation, days = EXCLUDED.days,
        sold = EXCLUDED.sold, lost = EXCLUDED.lost, since_date = EXCLUDED.since_date,
        until_date = EXCLUDED.until_date, computed_at = EXCLUDED.computed_at
    RETURNING sku_id, per_day, deviation
"""
_MARKED = """
    UPDATE inventory_velocity v
    SET policy_id = m.policy, safety_stock = m.safety, reorder_point = m.point,
        target = m.target
    FROM unnest(%(skus)s::bigint[], %(policies)s::bigint[], %(safety)s::int[],
                %(points)s::int[], %(targets)s::int[])
        AS m(sku_id, policy, safety, point, target)
    WHERE v.store_id = %(store)s AND v.sku_id = m.sku_id
"""


@dataclass(frozen=True)
class Window:
    """The days that are looked at: all of them, each with the business day it belongs to
    and that day's age; today is -1 and does not count yet."""

    first: date
    last: date
    calendar: list[date]
    days: list[date]
    ages: list[int]
    open_share: Decimal


def refresh_velocities(*, store_code: str, at: datetime) -> int:
    """Measure one place, all of it; answers how many SKUs. A batch is a transaction."""
    place = get_store(store_code)
    name, day = f"velocity:{place.code}", business_date(at, place.time_zone)
    measured = 0
    while (batch := _measure_batch(place, name, day, at)) is not None:
        measured += batch
    return measured


def refresh_everywhere(*, at: datetime) -> int:
    """Measure the places whose night is over and that have not been measured today, as
    far as one turn goes; answers how many batches it took."""
    batches = 0
    for place in open_stores(at):
        if at.astimezone(ZoneInfo(place.time_zone)).hour < NIGHT_ENDS:
            continue
        name, day = f"velocity:{place.code}", business_date(at, place.time_zone)
        while _measure_batch(place, name, day, at) is not None:
            batches += 1
            if batches >= limits().velocity_batches:
                return batches
    return batches


@transaction.atomic
def _measure_batch(place: StorePlace, name: str, day: date, at: datetime) -> int | None:
    """Measure the next SKUs of a place; answers how many, or None when its day is done."""
    Run.objects.get_or_create(name=name)
    run = Run.objects.locked().get(name=name)
    if run.day != day:
        run.day, run.after, run.is_done = day, 0, False
    if run.is_done:
        return None
    rows = StockLevel.objects.filter(store_id=place.id, sku_id__gt=run.after)
    skus = list(
        rows.order_by("sku_id").values_list("sku_id", flat=True)[: limits().velocity_batch]
    )
    if skus:
        measure(place, skus, at=at)
        run.after = skus[-1]
    run.is_done = len(skus) < limits().velocity_batch
    run.save(update_fields=["day", "after", "is_done"])
    return len(skus)


def measure(place: StorePlace, skus: Sequence[int], *, at: datetime) -> None:
    """Write down how fast these SKUs sell at a place, and the marks that follow."""
    window = window_of(place, at)
    policies = policies_of(place.id, skus)
    with connection.cursor() as cursor:
        cursor.execute(_MEASURED, _asked(place, skus, policies, window, at))
        paces = {
            sku: Pace(per_day, deviation) for sku, per_day, deviation in cursor.fetchall()
        }
        if paces:
            cursor.execute(_MARKED, _marked(place, paces, policies, window))
    tell_shelves([(place.id, sku) for sku in paces], at=at)


def window_of(place: StorePlace, at: datetime) -> Window:
    """The last so many days until yesterday. What moves on a day on which the place does
    not open belongs to the business day before it."""
    today = business_date(at, place.time_zone)
    first = today - timedelta(days=limits().velocity_days)
    business = open_days(place, first, today - timedelta(days=1))
    age = {day: len(business) - n for n, day in enumerate(business, 1)}
    calendar, days, ages = [], [], []
    current: date | None = None
    for n in range(limits().velocity_days):
        current = day if (day := first + timedelta(days=n)) in age else current
        if current is not None:
            calendar.append(day)
            days.append(current)
            ages.append(age[current])
    share = Decimal(len(business)) / Decimal(limits().velocity_days)
    for n in range(2):  # a shop's clock may run ahead of ours
        calendar.append(today + timedelta(days=n))
        days.append(today)
        ages.append(-1)
    return Window(first, today - timedelta(days=1), calendar, days, ages, share)


def _asked(
    place: StorePlace,
    skus: Sequence[int],
    policies: Mapping[int, ReorderPolicy],
    window: Window,
    at: datetime,
) -> dict[str, Any]:
    chosen = [policies.get(sku) for sku in skus]
    return {
        "store": place.id,
        "zone": place.time_zone,
        "sends": place.kind == _WAREHOUSE,
        "since": day_period(window.first, place.time_zone).starts_at,
        "first": window.first,
        "last": window.last,
        "calendar": window.calendar,
        "days": window.days,
        "ages": window.ages,
        "skus": list(skus),
        "smoothing": [one.smoothing if one else Decimal(0) for one in chosen],
        "with_lost": [bool(one and one.counts_lost_demand) for one in chosen],
        "kept": [bool(one and one.least_on_hand) for one in chosen],
        "at": at,
    }


def _marked(
    place: StorePlace,
    paces: Mapping[int, Pace],
    policies: Mapping[int, ReorderPolicy],
    window: Window,
) -> dict[str, Any]:
    chosen = [policies.get(sku) for sku in paces]
    stood = [
        _marks(pace, policies[sku], window) if sku in policies else None
        for sku, pace in paces.items()
    ]
    return {
        "store": place.id,
        "skus": list(paces),
        "policies": [one.pk if one else None for one in chosen],
        "safety": [one.safety_stock if one else None for one in stood],
        "points": [one.reorder_point if one else None for one in stood],
        "targets": [one.target if one else None for one in stood],
    }


def _marks(pace: Pace, policy: ReorderPolicy, window: Window) -> Marks:
    return marks(
        pace,
        policy.cycle(window.open_share),
        safety_factor(policy.service_level / 100),
        policy.bounds,
    )
