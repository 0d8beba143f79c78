"""Changes of levels are followed as they are committed; none is passed over, none seen
twice: goods came or went, something was promised or given back, other units are kept."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from inventory.replenishment.models import Run
from inventory.replenishment.operations.serving import serve_waits
from inventory.replenishment.operations.telling import tell_shelves
from inventory.replenishment.queries.offers import Change
from inventory.stock.models import LevelChange
from omniretail.kernel.horizon import HORIZON
from omniretail.kernel.limits import limits

RUN = "levels"
# Keys are given out before their transaction commits, so some are missing when later ones
# are there. A missing key is waited for until every transaction that was running when it
# was missed has ended: then it will never come.
_SEEN = f"""
    WITH fresh AS (
        SELECT * FROM inventory_levelchange
        WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
    ), late AS (
        SELECT c.*
        FROM unnest(%(waited)s::int8multirange + %(noticed)s::int8multirange) AS r(keys)
        JOIN inventory_levelchange c ON c.id >= lower(r.keys) AND c.id < upper(r.keys)
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
           ARRAY(SELECT ARRAY[store_id, sku_id, id, on_hand - reserved - safety_stock]
                 FROM (SELECT * FROM fresh UNION ALL SELECT * FROM late) c ORDER BY id)
    FROM ahead a, known k
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class _Look:
    """What one look at the changes found."""

    last: int
    number: int
    waited_for: str
    noticed: str
    oldest: int
    next: int
    changes: list[list[int]]


def watch_levels(*, at: datetime) -> int:
    """Follow what has changed since the last look, as far as one turn goes; answers how
    many changes that were."""
    seen = 0
    for _turn in range(limits().watched_batches):
        number = _watch_batch(at)
        seen += number
        if number < limits().watched_changes:
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
    steps: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for store, sku, number, free in look.changes:
        steps[store, sku].append((number, free))
    tell_shelves(list(steps), at=at)
    serve_waits([Change(*level, tuple(made)) for level, made in steps.items()], at=at)
    return look.number


def _look(run: Run) -> _Look:
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN,
            {
                "after": run.after,
                "waited": run.waited_for,
                "noticed": run.noticed,
                "limit": limits().watched_changes,
            },
        )
        return _Look(*cursor.fetchone())


def _newest() -> int:
    """The first look begins with what comes from now on."""
    rows = LevelChange.objects.order_by("-pk").values_list("pk", flat=True)
    return rows.first() or 0
