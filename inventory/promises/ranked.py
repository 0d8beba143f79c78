"""The statement that takes the first place that can: it decides and writes at once.

Each line comes with its places, the best first. A line is served by the first of them
that has all of it; where none has and the line may be split, by several of them, in their
order. Lines are served in their order, and what one takes is gone for the next. Either
all lines are kept or none.

At first a glance decides, and only the levels that are to serve are locked, in key order.
If somebody was faster at one of them nothing is written, and a second run, which looks at
the levels locked, takes the next place that can.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.selling.models import SELLABLE

_FREE = SELLABLE
"""What the channel may sell of a level: the one guard of the statement."""

_TAKE = f"""
    WITH RECURSIVE wanted AS (
        SELECT *
        FROM unnest(%(units)s::int[], %(splits)s::bool[], %(rankings)s::text[])
            WITH ORDINALITY AS w(units, may_split, ranking, turn)
    ), places AS (
        SELECT *
        FROM unnest(%(turns)s::bigint[], %(ranks)s::int[], %(tiers)s::int[],
                    %(levels)s::bigint[], %(names)s::text[])
            AS p(turn, rank, tier, level_id, line)
    ), seen AS MATERIALIZED (
        SELECT l.id, l.store_id, l.sku_id, GREATEST(COALESCE({_FREE}, 0), 0) AS free
        FROM inventory_stocklevel l WHERE l.id = ANY(%(levels)s)
        ORDER BY l.id
        /* with the levels locked */
    ), fixed AS (
        SELECT p.level_id, SUM(w.units) AS units
        FROM wanted w JOIN places p USING (turn) WHERE w.ranking IS NULL
        GROUP BY p.level_id
    ), wholly AS (
        SELECT s.store_id, SUM(p.rank) AS rank, COUNT(*) AS lines,
               s.free - COALESCE(f.units, 0) >= SUM(w.units) AS is_enough
        FROM wanted w JOIN places p USING (turn) JOIN seen s ON s.id = p.level_id
        LEFT JOIN fixed f USING (level_id)
        WHERE w.ranking IS NOT NULL AND %(is_one_place)s
        GROUP BY s.store_id, s.id, s.free, f.units
    ), alone AS (
        SELECT store_id FROM wholly
        GROUP BY store_id
        HAVING bool_and(is_enough)
           AND SUM(lines) = (SELECT COUNT(*) FROM wanted WHERE ranking IS NOT NULL)
        ORDER BY SUM(rank), store_id LIMIT 1
    ), usable AS MATERIALIZED (
        SELECT p.turn, p.rank, p.tier, p.line, w.ranking, s.*
        FROM wanted w JOIN places p USING (turn) JOIN seen s ON s.id = p.level_id
        WHERE w.ranking IS NULL OR NOT EXISTS (SELECT FROM alone)
           OR s.store_id = (SELECT store_id FROM alone)
    ), decided AS (
        SELECT 0::bigint AS turn, '{{}}'::jsonb AS spent,
               NULL::bigint[] AS levels, NULL::int[] AS units
        UNION ALL
        SELECT w.turn, d.spent || COALESCE(t.spent, '{{}}'), t.levels, t.units
        FROM decided d JOIN wanted w ON w.turn = d.turn + 1
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(id, spent + units) AS spent,
                   array_agg(id ORDER BY rank) AS levels,
                   array_agg(units::int ORDER BY rank) AS units
            FROM (
                SELECT id, rank, spent, CASE
                    WHEN whole IS NULL THEN LEAST(free, w.units - before)
                    WHEN rank = whole THEN w.units END AS units
                FROM (
                    SELECT *, MIN(reach) FILTER (
                        WHERE whole IS NOT NULL OR (w.may_split AND total >= w.units)
                    ) OVER () AS nearest
                    FROM (
                        SELECT u.id, u.rank, u.spent, u.free, r.reach,
                               MIN(u.rank) FILTER (WHERE u.free >= w.units)
                                   OVER of_reach AS whole,
                               SUM(u.free) OVER of_reach AS total,
                               SUM(u.free) OVER (of_reach ORDER BY u.rank) - u.free
                                   AS before
                        FROM (
                            SELECT id, rank, tier, had.spent, free - had.spent AS free
                            FROM usable CROSS JOIN LATERAL (
                                SELECT COALESCE((d.spent ->> id::text)::int, 0) AS spent
                            ) had
                            WHERE usable.turn = w.turn
                        ) u
                        JOIN (
                            SELECT DISTINCT tier AS reach FROM usable
                            WHERE usable.turn = w.turn
                        ) r ON u.tier <= r.reach
                        WINDOW of_reach AS (PARTITION BY r.reach)
                    ) weighed
                ) chosen
                WHERE reach = nearest
            ) shared
            WHERE units > 0
        ) t
    ), shares AS (
        SELECT d.turn, s.level_id, s.units
        FROM decided d CROSS JOIN LATERAL unnest(d.levels, d.units) AS s(level_id, units)
    ), needed AS (
        SELECT level_id, SUM(units)::int AS units FROM shares GROUP BY level_id
    ), verdict AS (
        SELECT COALESCE(SUM(s.units), 0) = (SELECT SUM(units) FROM wanted)
               AND COUNT(DISTINCT u.store_id) FILTER (WHERE u.ranking IS NOT NULL)
                   <= %(most_places)s AS is_complete
        FROM shares s JOIN usable u ON u.turn = s.turn AND u.id = s.level_id
    ), taken AS MATERIALIZED (
        SELECT l.id, n.units, {_FREE} - n.units AS spare
        FROM inventory_stocklevel l JOIN needed n ON n.level_id = l.id
        WHERE (SELECT is_complete FROM verdict) AND {_FREE} >= n.units
        ORDER BY l.id
        FOR NO KEY UPDATE OF l
    ), outcome AS (
        SELECT is_complete, is_complete
               AND (SELECT COUNT(*) FROM taken) = (SELECT COUNT(*) FROM needed) AS is_kept
        FROM verdict
    ), reserved AS (
        UPDATE inventory_stocklevel l
        SET reserved = l.reserved + t.units, changed_at = %(at)s
        FROM taken t WHERE l.id = t.id AND (SELECT is_kept FROM outcome)
    ), written AS (
        INSERT INTO inventory_promise
            (store_id, sku_id, quantity, status, owner, reference, line, ends_at,
             extended_at, payment_in_flight, is_provisional, ranking, created_at,
             allocated_at, channel, spare, from_safety_stock)
        SELECT u.store_id, u.sku_id, s.units, %(status)s, %(owner)s, %(reference)s,
               u.line, %(ends_at)s, %(extended_at)s, %(is_paying)s,
               u.ranking IS NOT NULL, u.ranking::bigint[], %(at)s, %(allocated_at)s,
               COALESCE(%(channel)s, ''), t.spare, false
        FROM shares s JOIN usable u ON u.turn = s.turn AND u.id = s.level_id
        JOIN taken t ON t.id = s.level_id
        WHERE (SELECT is_kept FROM outcome)
        ORDER BY s.turn, u.rank
    )
    SELECT u.turn, u.id, COALESCE(s.units, 0),
           u.free - COALESCE((d.spent ->> u.id::text)::int, 0), o.is_complete, o.is_kept
    FROM usable u JOIN decided d ON d.turn = u.turn - 1
    LEFT JOIN shares s ON s.turn = u.turn AND s.level_id = u.id
    CROSS JOIN outcome o
    WHERE s.units IS NOT NULL OR NOT o.is_complete
    ORDER BY u.turn, u.rank
"""  # noqa: S608 - our own words
_TAKE_LOCKED = _TAKE.replace("/* with the levels locked */", "FOR NO KEY UPDATE OF l")


@dataclass(frozen=True)
class RankedPlace:
    """A level that may serve a line, and the name of the promise it would make. All
    places of one tier are asked before any of the next."""

    level: int
    line: str
    tier: int = 1


@dataclass(frozen=True)
class RankedLine:
    """Units, and who may serve them, the best first. A line with a ranking of places
    (their keys) is provisional; without one it must stand in its only place."""

    units: int
    places: tuple[RankedPlace, ...]
    may_split: bool = False
    ranking: tuple[int, ...] | None = None


@dataclass(frozen=True)
class RankedTerms:
    """For whom, until when, and how many places may share the work."""

    owner: str
    reference: str
    status: str
    at: datetime
    most_places: int
    channel: str | None = ""
    ends_at: datetime | None = None
    extended_at: datetime | None = None
    allocated_at: datetime | None = None
    is_paying: bool = False
    is_one_place: bool = False


@dataclass(frozen=True)
class Look:
    """What a level still had when the turn of a line came, and what the line got."""

    line: int
    level: int
    units: int
    free: int


@dataclass(frozen=True)
class Taken:
    """Whether all lines are kept. `is_complete` and not kept: somebody was faster."""

    looks: tuple[Look, ...]
    is_complete: bool
    is_kept: bool


def take_ranked(
    lines: Sequence[RankedLine], terms: RankedTerms, *, is_locked: bool
) -> Taken:
    """Keep each line at the first of its places that can, all of them or none; lines
    that must stand somewhere come first."""
    parameters = _lines(lines) | {name: getattr(terms, name) for name in _TERMS}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_LOCKED if is_locked else _TAKE, parameters)
        rows = cursor.fetchall()
    looks = tuple(Look(turn - 1, *rest) for turn, *rest, _complete, _kept in rows)
    return Taken(looks, bool(rows) and rows[0][4], bool(rows) and rows[0][5])


_TERMS = tuple(RankedTerms.__dataclass_fields__)


def _lines(lines: Sequence[RankedLine]) -> dict[str, Any]:
    places = [
        (turn, rank, place)
        for turn, line in enumerate(lines, start=1)
        for rank, place in enumerate(line.places, start=1)
    ]
    return {
        "units": [line.units for line in lines],
        "splits": [line.may_split for line in lines],
        "rankings": [_array(line.ranking) for line in lines],
        "turns": [turn for turn, _rank, _place in places],
        "ranks": [rank for _turn, rank, _place in places],
        "tiers": [place.tier for _turn, _rank, place in places],
        "levels": [place.level for _turn, _rank, place in places],
        "names": [place.line for _turn, _rank, place in places],
    }


def _array(keys: tuple[int, ...] | None) -> str | None:
    return None if keys is None else "{" + ",".join(map(str, keys)) + "}"
