"""Levels as another system tells them: judged and written in sets.

**As of.** A level told at one moment lands at another; goods come and go in between, so
the figure is not set as it was told. The goods that came and went since are added ::

    wanted = told + goods since that moment     (never below nought)

Corrections carry no goods and are left out, as when a shelf is counted. Where somebody
has looked at the whole level since (a count, a correction, a later figure), what was told
is out of date and refused.

**Judged once, written once.** `look` judges all rows in one snapshot and locks nothing:
what is equal stays unwritten. What differs is locked in key order and judged again in a
statement of its own, which sees all that was committed before the lock was given.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from omniretail.kernel.locking import PATIENCE

_COLUMNS = (
    "line",
    "store_id",
    "sku_id",
    "mode",
    "units",
    "expected",
    "keep",
    "observed_at",
    "key",
)
_ARRAYS = """
    SELECT * FROM unnest(
        %(line)s::int[], %(store_id)s::bigint[], %(sku_id)s::bigint[], %(mode)s::text[],
        %(units)s::int[], %(expected)s::int[], %(keep)s::int[],
        %(observed_at)s::timestamptz[], %(key)s::text[]
    ) AS r(line, store_id, sku_id, mode, units, expected, keep, observed_at, key)
"""
_SINCE = """
    LEFT JOIN LATERAL (
        SELECT COALESCE(SUM(
                   CASE WHEN m.target = 'ON_HAND' THEN m.quantity ELSE -m.quantity END
               ) FILTER (WHERE COALESCE(o.at, m.at) > a.observed_at AND NOT (
                   'SHRINKAGE' IN (m.source, m.target)
                   AND COALESCE(o.kind, m.kind) = ANY(%(corrections)s)
               )), 0) AS units,
               MAX(m.at) FILTER (
                   WHERE m.kind = ANY(%(observations)s) AND m.reverses_id IS NULL
                     AND m.reason <> ALL(%(not_looked)s)
                     AND NOT EXISTS (SELECT FROM inventory_stockmovement b
                                     WHERE b.reverses_id = m.id)
               ) AS newer
        FROM inventory_stockmovement m
        LEFT JOIN inventory_stockmovement o ON o.id = m.reverses_id
        WHERE a.observed_at IS NOT NULL AND m.store_id = a.store_id
          AND m.sku_id = a.sku_id AND m.at > a.observed_at
          AND 'ON_HAND' IN (m.source, m.target)
    ) g ON TRUE
"""
_NOTHING_SINCE = "CROSS JOIN (SELECT 0 AS units, NULL::timestamptz AS newer) g"
_BEFORE = """
    LEFT JOIN inventory_stockmovement e
      ON e.kind = CASE a.mode WHEN 'ADD' THEN 'DELTA' ELSE 'WRITE' END
     AND e.reference = %(reference)s AND e.line = a.key
     AND e.store_id = a.store_id AND e.sku_id = a.sku_id
"""
_SAME = """
    (e.actor_kind, e.actor_key) = (%(actor_kind)s, %(actor_key)s)
    AND CASE a.mode
        WHEN 'SET' THEN e.at = a.observed_at
        ELSE a.units - COALESCE(a.expected, 0)
             = CASE e.target WHEN 'ON_HAND' THEN e.quantity ELSE -e.quantity END
    END
"""
_JUDGED = """
    asked AS {kept} MATERIALIZED ({asked}), looked AS {kept} MATERIALIZED (
        SELECT a.*, l.id AS level_id, COALESCE(l.on_hand, 0) AS before,
               COALESCE(l.reserved, 0) AS reserved,
               COALESCE(l.safety_stock, 0) AS kept, GREATEST(g.newer,
                   CASE WHEN l.looked_at > a.observed_at THEN l.looked_at END) AS newer,
               {told} AS told_before,
               CASE a.mode
                   WHEN 'SET' THEN GREATEST(a.units + g.units, 0)
                   WHEN 'ADD' THEN COALESCE(l.on_hand, 0) + a.units
                   ELSE a.units
               END AS wanted
        FROM asked a
        LEFT JOIN inventory_stocklevel l
          ON l.store_id = a.store_id AND l.sku_id = a.sku_id
        {since} {before}
    ), judged AS {kept} MATERIALIZED (
        SELECT looked.*, COALESCE(keep, kept) AS keeps,
               CASE WHEN wanted < before THEN 'ON_HAND'
                    WHEN before = 0 AND NOT EXISTS (
                        SELECT FROM inventory_stockmovement m
                        WHERE m.store_id = looked.store_id AND m.sku_id = looked.sku_id
                    ) THEN 'SUPPLIER' ELSE 'SHRINKAGE' END AS source,
               CASE
                   WHEN told_before THEN 'repeated'
                   WHEN told_before IS FALSE THEN 'already_recorded'
                   WHEN newer IS NOT NULL THEN 'outdated'
                   WHEN mode = 'SWAP' AND expected <> before THEN 'level_changed'
                   WHEN wanted < reserved THEN 'below_promised'
                   WHEN wanted > %(most)s THEN 'quantity_out_of_range'
                   WHEN wanted = before AND COALESCE(keep, kept) = kept THEN 'unchanged'
                   ELSE 'applied'
               END AS outcome,
               COALESCE(observed_at, %(at)s) AS moment
        FROM looked
    )
"""
_OPENED = """
    INSERT INTO inventory_stocklevel (store_id, sku_id)
    SELECT a.store_id, a.sku_id FROM ({asked}) a
    WHERE NOT EXISTS (SELECT FROM inventory_stocklevel l
                      WHERE l.store_id = a.store_id AND l.sku_id = a.sku_id)
    ORDER BY a.store_id, a.sku_id
    ON CONFLICT DO NOTHING
"""
_LOCKED = """
    SELECT COUNT(*) FROM (
        SELECT l.id FROM inventory_stocklevel l JOIN ({asked}) a
          ON l.store_id = a.store_id AND l.sku_id = a.sku_id
        ORDER BY l.id FOR NO KEY UPDATE OF l
    ) AS locked
"""
WRITTEN = """
    WITH {judged}, changed AS (
        UPDATE inventory_stocklevel l
        SET on_hand = j.wanted, safety_stock = j.keeps, changed_at = %(at)s,
            looked_at = CASE j.mode WHEN 'SET' THEN COALESCE(j.observed_at, l.looked_at)
                                    WHEN 'SWAP' THEN %(at)s ELSE l.looked_at END
        FROM judged j WHERE l.id = j.level_id AND j.outcome = 'applied'
    ), moved AS (
        INSERT INTO inventory_stockmovement (store_id, sku_id, quantity, source, target,
            kind, reference, line, reason, actor_kind, actor_key, at)
        SELECT store_id, sku_id, abs(wanted - before), source,
               CASE WHEN wanted > before THEN 'ON_HAND' ELSE 'SHRINKAGE' END,
               {kind}, %(reference)s, key, %(reason)s, %(actor_kind)s, %(actor_key)s,
               moment
        FROM judged WHERE outcome = 'applied' AND wanted <> before
    )
"""
_TOLD = """
    SELECT line, outcome, before, wanted, reserved, keeps, source, newer
    FROM judged ORDER BY line
"""


@dataclass(frozen=True)
class ToldLevel:
    """What is told of one level: `mode` SET (it was so many), ADD (so many came or went)
    or SWAP (so many instead of those expected)."""

    line: int
    store_id: int
    sku_id: int
    mode: str
    units: int
    expected: int | None = None
    keep: int | None = None
    observed_at: datetime | None = None
    key: str = ""


@dataclass(frozen=True)
class Judgement:
    """What became of one row: the outcome in a word, the figures before and after."""

    line: int
    outcome: str
    before: int
    wanted: int
    reserved: int
    safety_stock: int
    source: str
    newer: datetime | None


@dataclass(frozen=True)
class Telling:
    """Who tells, under which reference, when it lands; what carries no goods or says all
    about a level (kinds of movement), and for which reasons it does not after all."""

    reference: str
    reason: str
    actor_kind: str
    actor_key: str
    at: datetime
    corrections: tuple[str, ...]
    observations: tuple[str, ...]
    not_looked: tuple[str, ...]
    most: int

    def parameters(self) -> dict[str, Any]:
        """As the statements name them."""
        return vars(self) | {
            "corrections": list(self.corrections),
            "observations": list(self.observations),
            "not_looked": list(self.not_looked),
        }


def look(rows: list[ToldLevel], telling: Telling) -> list[Judgement]:
    """Judge rows in one snapshot; nothing is locked or written."""
    parameters = telling.parameters() | _arrays(rows)
    return _asked_for(
        f"WITH {judged_from(_ARRAYS, as_of=True, keyed=True)} {_TOLD}", parameters
    )


def land(rows: list[ToldLevel], telling: Telling) -> list[Judgement]:
    """Lock the levels of these rows, judge them again and write what is to change."""
    parameters = telling.parameters() | _arrays(rows)
    _lock(_ARRAYS, parameters)
    judged = judged_from(_ARRAYS, as_of=True, keyed=True)
    kind = "CASE mode WHEN 'ADD' THEN 'DELTA' ELSE 'WRITE' END"
    return _asked_for(WRITTEN.format(judged=judged, kind=kind) + _TOLD, parameters)


def judged_from(asked: str, *, as_of: bool, keyed: bool, kept: str = "") -> str:
    """The tables in which the rows of a query are judged against their levels."""
    return _JUDGED.format(
        asked=asked,
        kept=kept,
        since=_SINCE if as_of else _NOTHING_SINCE,
        before=_BEFORE if keyed else "",
        told=f"CASE WHEN e.id IS NOT NULL THEN {_SAME} END" if keyed else "NULL::boolean",
    )


def _lock(asked: str, parameters: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute(_OPENED.format(asked=asked), parameters)
        cursor.execute(_LOCKED.format(asked=asked), parameters)


def _asked_for(statement: str, parameters: dict[str, Any]) -> list[Judgement]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Judgement(*row) for row in cursor.fetchall()]


def _arrays(rows: list[ToldLevel]) -> dict[str, list[Any]]:
    return {name: [getattr(row, name) for row in rows] for name in _COLUMNS}
