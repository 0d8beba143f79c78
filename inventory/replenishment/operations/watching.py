"""Movements are followed as they are committed; none is passed over, none seen twice."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from inventory.replenishment.models import Run
from inventory.replenishment.operations.serving import Arrival, serve_waits
from inventory.replenishment.operations.telling import tell_shelves
from inventory.stock.models import StockMovement
from omniretail.kernel.horizon import HORIZON
from omniretail.kernel.limits import limits

RUN = "movements"
# Keys are given out before their transaction commits, so some are missing when later ones
# are there. A missing key is waited for until every transaction that was running when it
# was missed has ended: then it will never come.
_SEEN = f"""
    WITH fresh AS (
        SELECT id, store_id, sku_id, quantity, target FROM inventory_stockmovement
        WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
    ), late AS (
        SELECT m.id, m.store_id, m.sku_id, m.quantity, m.target
        FROM unnest(%(waited)s::int8multirange + %(noticed)s::int8multirange) AS r(keys)
        JOIN inventory_stockmovement m ON m.id >= lower(r.keys) AND m.id < upper(r.keys)
    ), levels AS (
        SELECT store_id, sku_id,
               COALESCE(SUM(quantity) FILTER (WHERE target = 'ON_HAND'), 0)::int AS come
        FROM (SELECT * FROM fresh UNION ALL SELECT * FROM late) m
        GROUP BY store_id, sku_id
    ), known AS (
        SELECT COALESCE(range_agg(int8range(id, id + 1)), '{{}}') AS keys FROM late
    ), ahead AS (
        SELECT COALESCE(MAX(id), %(after)s) AS last,
               COALESCE(range_agg(int8range(id, id + 1)), '{{}}') AS keys,
               COUNT(*) AS number
        FROM fresh
    )
    SELECT a.last, a.number,
           (%(waited)s::int8multirange - k.keys)::text,
           (%(noticed)s::int8multirange - k.keys
            + (int8multirange(int8range(%(after)s + 1, a.last + 1)) - a.keys))::text,
           {HORIZON},
           pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
           ARRAY(SELECT ARRAY[store_id, sku_id, come] FROM levels
                 ORDER BY store_id, sku_id)
    FROM ahead a, known k
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class _Look:
    """What one look at the movements found."""

    last: int
    number: int
    waited_for: str
    noticed: str
    oldest: int
    next: int
    levels: list[list[int]]


def watch_movements(*, at: datetime) -> int:
    """Follow what has moved since the last look, as far as one turn goes; answers how
    many movements that were."""
    seen = 0
    for _turn in range(limits().watched_batches):
        number = _watch_batch(at)
        seen += number
        if number < limits().watched_movements:
            break
    return seen


@transaction.atomic
def _watch_batch(at: datetime) -> int:
    if not Run.objects.filter(name=RUN).exists():
        Run.objects.get_or_create(name=RUN, defaults={"after": _newest()})
    run = Run.objects.locked().get(name=RUN)
    look = _look(run)
    run.after = look.last
    if run.until_transaction < look.oldest:
        run.waited_for, run.noticed = look.noticed, "{}"
        run.until_transaction = look.next
    else:
        run.waited_for, run.noticed = look.waited_for, look.noticed
    run.save()
    tell_shelves([(store, sku) for store, sku, _come in look.levels], at=at)
    serve_waits(
        [Arrival(store, sku, come) for store, sku, come in look.levels if come], at=at
    )
    return look.number


def _look(run: Run) -> _Look:
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN,
            {
                "after": run.after,
                "waited": run.waited_for,
                "noticed": run.noticed,
                "limit": limits().watched_movements,
            },
        )
        return _Look(*cursor.fetchone())


def _newest() -> int:
    """The first look begins with what comes from now on."""
    rows = StockMovement.objects.order_by("-pk").values_list("pk", flat=True)
    return rows.first() or 0
