"""Levels told in such numbers that they are first compared, all in one pass, and only
those that differ are looked at again.

**As compared.** What differs is locked in key order. A level that still says what it said
in the comparison is set to what was wanted then; nothing need be judged twice. The others
(somebody came between, or the row is refused) are judged again like any told level, in a
statement of its own, which sees all that was committed before the lock was given.
"""

from typing import Any

from django.db import connection

from inventory.stock.models.told import WRITTEN, Telling, judged_from
from omniretail.kernel.locking import PATIENCE

_TOLD = "line, store_id, sku_id, mode, units, expected, keep, observed_at, key"
_COMPARED = f"""
    CREATE TEMP TABLE {{name}} AS
    WITH {{judged}}
    SELECT {_TOLD}, level_id, before, wanted, kept, keeps, outcome = 'applied' AS is_due
    FROM judged WHERE outcome <> 'unchanged' OR store_id IS NULL OR sku_id IS NULL
"""  # noqa: S608 - our own column names
_BATCH = "SELECT * FROM {name} WHERE line >= %(first)s AND line < %(behind)s"
_FOUND = """
    SELECT COUNT(*), COUNT(*) FILTER (WHERE level_id IS NULL),
           COUNT(*) FILTER (WHERE observed_at IS NOT NULL)
    FROM ({batch}) a
"""
_OPENED = """
    INSERT INTO inventory_stocklevel (store_id, sku_id)
    SELECT store_id, sku_id FROM ({batch}) a WHERE level_id IS NULL
    ORDER BY store_id, sku_id
    ON CONFLICT DO NOTHING
"""
_KNOWN = """
    UPDATE {name} d SET level_id = l.id FROM inventory_stocklevel l
    WHERE d.line >= %(first)s AND d.line < %(behind)s AND d.level_id IS NULL
      AND l.store_id = d.store_id AND l.sku_id = d.sku_id
"""
# The levels of a batch are few beside all, and were just looked at: each is looked up by
# its key, and the cost of a file stays in proportion to its length.
_SETTINGS = """
    SELECT set_config('lock_timeout', %s, true), set_config('random_page_cost', '0.1', true)
"""
_LOCKED = """
    SELECT COUNT(*) FROM (
        SELECT id FROM inventory_stocklevel
        WHERE id = ANY(ARRAY(SELECT level_id FROM ({batch}) a))
        ORDER BY id FOR NO KEY UPDATE
    ) AS locked
"""
_AS_COMPARED = """
    WITH asked AS MATERIALIZED (
        SELECT level_id, store_id, sku_id, before, wanted, kept, keeps, key
        FROM ({batch}) b WHERE is_due
    ), changed AS (
        UPDATE inventory_stocklevel l
        SET on_hand = a.wanted, safety_stock = a.keeps, changed_at = %(at)s
        FROM asked a
        WHERE l.id = a.level_id AND a.wanted >= l.reserved
          AND (l.on_hand, l.safety_stock) = (a.before, a.kept)
        RETURNING a.*
    ), moved AS (
        INSERT INTO inventory_stockmovement (store_id, sku_id, quantity, source, target,
            kind, reference, line, reason, actor_kind, actor_key, at)
        SELECT c.store_id, c.sku_id, abs(c.wanted - c.before),
               CASE WHEN c.wanted < c.before THEN 'ON_HAND'
                    WHEN c.before = 0 AND NOT EXISTS (
                        SELECT FROM inventory_stockmovement m
                        WHERE m.store_id = c.store_id AND m.sku_id = c.sku_id
                    ) THEN 'SUPPLIER' ELSE 'SHRINKAGE' END,
               CASE WHEN c.wanted > c.before THEN 'ON_HAND' ELSE 'SHRINKAGE' END,
               'FEED', %(reference)s, c.key, %(reason)s, %(actor_kind)s, %(actor_key)s,
               %(at)s
        FROM changed c WHERE c.wanted <> c.before
    )
    SELECT COUNT(*) FROM changed
"""
_JUDGED_AGAIN = """
    SELECT (SELECT COUNT(*) FROM judged WHERE outcome = 'applied'),
           ARRAY(SELECT ARRAY[outcome, line::text, wanted::text, reserved::text]
                 FROM judged WHERE outcome NOT IN ('applied', 'unchanged') ORDER BY line)
"""


def compare(asked: str, telling: Telling, *, name: str, as_of: bool) -> None:
    """One pass over the rows of a query: those that differ from their levels are put into
    a temporary table of that name, and with them those without a place or an SKU."""
    judged = judged_from(asked, as_of=as_of, keyed=False, kept="NOT")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(_COMPARED.format(name=name, judged=judged), telling.parameters())
        # Batches are chosen by the line and nothing else, and lines are spread evenly.
        cursor.execute(
            f"ALTER TABLE {name} ADD PRIMARY KEY (line), ALTER line SET STATISTICS 10"
        )
        cursor.execute(f"ANALYZE {name} (line)")


def forget_unknown(name: str) -> None:
    """Leave out the rows without a place or an SKU: there is nothing to land of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {name} WHERE store_id IS NULL OR sku_id IS NULL")  # noqa: S608


def land(
    name: str, span: dict[str, Any], telling: Telling
) -> tuple[int, list[tuple[str, int, int, int]]]:
    """Set the levels that differed in these lines (from `first` on, up to `behind`):
    answers how many changed, and of the refused rows the outcome, line, wanted units and
    reserved ones. What was seen at a moment is judged under the lock: goods come and go
    without anything differing in the end."""
    parameters = telling.parameters() | span
    batch = _BATCH.format(name=name)
    with connection.cursor() as cursor:
        cursor.execute(_FOUND.format(batch=batch), parameters)
        rows, unopened, dated = cursor.fetchone()
        if not rows:
            return 0, []
        cursor.execute(_SETTINGS, [PATIENCE])
        if unopened:
            cursor.execute(_OPENED.format(batch=batch), parameters)
            cursor.execute(_KNOWN.format(name=name), parameters)
        cursor.execute(_LOCKED.format(batch=batch), parameters)
        changed = 0
        if not dated:
            cursor.execute(_AS_COMPARED.format(batch=batch), parameters)
            (changed,) = cursor.fetchone()
        if changed == rows:
            return int(changed), []
        told = batch.replace("*", _TOLD)
        judged = judged_from(told, as_of=bool(dated), keyed=False)
        written = WRITTEN.format(judged=judged, kind="'FEED'")
        cursor.execute(written + _JUDGED_AGAIN, parameters)
        others, refused = cursor.fetchone()
    return int(changed + others), [
        (outcome, int(line), int(wanted), int(reserved))
        for outcome, line, wanted, reserved in refused
    ]
