"""The SQL of promises: what decides and writes at once, and what the database watches."""

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, F, Q, Window
from django.db.models.functions import RowNumber

from inventory.selling.models import KEPT_BACK


@dataclass(frozen=True)
class Intent:
    """One owner's wish for units of one level."""

    level: int
    units: int
    owner: str
    reference: str


@dataclass(frozen=True)
class Decision:
    """Whether an intent was kept, and what was free when its turn came."""

    is_kept: bool
    free: int


FIRST_COME = f"""
    WITH RECURSIVE wanted AS (
        SELECT *, row_number() OVER (PARTITION BY level_id ORDER BY place) AS turn
        FROM unnest(%(levels)s::bigint[], %(units)s::int[], %(owners)s::text[],
                    %(references)s::text[])
            WITH ORDINALITY AS w(level_id, units, owner, reference, place)
    ), taken AS MATERIALIZED (
        SELECT l.id, l.store_id, l.sku_id,
               COALESCE(l.available_to_promise - kept, 0) AS free
        FROM inventory_stocklevel l CROSS JOIN LATERAL (SELECT {KEPT_BACK}) AS b(kept)
        WHERE l.id = ANY(%(levels)s::bigint[])
        ORDER BY l.id
        FOR NO KEY UPDATE OF l
    ), decided AS (
        SELECT w.*, t.free, t.free >= w.units AS is_kept
        FROM wanted w JOIN taken t ON t.id = w.level_id WHERE w.turn = 1
        UNION ALL
        SELECT w.*, d.left_over, d.left_over >= w.units
        FROM (
            SELECT level_id, turn,
                   free - CASE WHEN is_kept THEN units ELSE 0 END AS left_over
            FROM decided
        ) d
        JOIN wanted w ON w.level_id = d.level_id AND w.turn = d.turn + 1
    ), reserved AS (
        UPDATE inventory_stocklevel l
        SET reserved = l.reserved + k.units, changed_at = %(at)s::timestamptz
        FROM (
            SELECT level_id, SUM(units)::int AS units FROM decided WHERE is_kept
            GROUP BY level_id
        ) k WHERE l.id = k.level_id
    ), written AS (
        INSERT INTO inventory_promise
            (store_id, sku_id, quantity, status, owner, reference, line, ends_at,
             payment_in_flight, created_at, channel, spare, from_safety_stock)
        SELECT t.store_id, t.sku_id, d.units, 'HELD', d.owner, d.reference, '1',
               %(ends_at)s::timestamptz, false, %(at)s::timestamptz,
               COALESCE(%(channel)s::text, ''), d.free - d.units, false
        FROM decided d JOIN taken t ON t.id = d.level_id WHERE d.is_kept
        ORDER BY d.place  -- who came last gives way first: by key
    )
    SELECT place, is_kept, free FROM decided ORDER BY place
"""  # noqa: S608 - our own names
# Whoever writes a promise down, however: the level must bear it, for its channel too.
WITHIN_BOUNDS = """
    IF EXISTS (
        SELECT FROM (
            SELECT store_id, sku_id, channel, max(created_at) AS at
            FROM made WHERE spare IS NOT NULL AND ended_at IS NULL
            GROUP BY store_id, sku_id, channel
        ) m JOIN inventory_stocklevel l USING (store_id, sku_id)
        WHERE COALESCE(
            l.available_to_promise - inventory_kept_back(
                NULLIF(m.channel, ''), l.store_id, l.sku_id, m.at
            ), -1
        ) < 0
    ) THEN
        RAISE EXCEPTION 'more is promised than the channel may sell'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'channel_sells_only_what_it_may';
    END IF;
    RETURN NULL;
"""
TURN_OF = "pg_advisory_xact_lock(hashtextextended('hold:' || {owner}, 0))"
"""Makes those who hold for one owner wait for each other, in whichever statement."""

ONE_AT_A_TIME = f"""
    SELECT {TURN_OF.format(owner="owner")}::text
    FROM (SELECT DISTINCT unnest(%(owners)s::text[]) AS owner ORDER BY 1) AS owners
"""  # noqa: S608 - our own names
NOT_OVER = "(ends_at > {at} OR payment_in_flight)"
"""A hold whose end has passed is over for its owner, though nobody has swept it up yet."""
HELD_BY_OWNERS = f"""
    SELECT owner, COUNT(DISTINCT reference) FROM inventory_promise
    WHERE status = 'HELD' AND owner = ANY(%(owners)s::text[])
      AND {NOT_OVER.format(at="%(at)s::timestamptz")}
    GROUP BY owner
"""  # noqa: S608 - our own names
LIVE_REFERENCES = """
    SELECT DISTINCT reference FROM inventory_promise
    WHERE status IN ('HELD', 'ALLOCATED') AND reference = ANY(%(references)s::text[])
"""
REFERENCES_HELD = f"""
    SELECT reference FROM inventory_promise
    WHERE status = 'HELD' AND owner = %(owner)s::text
      AND {NOT_OVER.format(at="%(at)s::timestamptz")}
    UNION
    SELECT reference FROM inventory_promise
    WHERE status = 'HELD' AND reference = %(reference)s::text
"""  # noqa: S608 - our own names
# A promise that moves in place is made anew for the place where it stands then.
MOVED_WITHIN_BOUNDS = """
    IF NEW.store_id <> OLD.store_id AND NEW.ended_at IS NULL AND COALESCE((
        SELECT l.available_to_promise - inventory_kept_back(
            NULLIF(NEW.channel, ''), l.store_id, l.sku_id, NEW.created_at
        )
        FROM inventory_stocklevel l
        WHERE l.store_id = NEW.store_id AND l.sku_id = NEW.sku_id
    ), -1) < 0 THEN
        RAISE EXCEPTION 'more is promised than the channel may sell'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'channel_sells_only_what_it_may';
    END IF;
    RETURN NULL;
"""
_IS_FIRM = ExpressionWrapper(
    Q(status="ALLOCATED") | Q(payment_in_flight=True), BooleanField()
)
# Which promise of a level gives way first, which next.
TURN_TO_GIVE_WAY = Window(
    RowNumber(),
    partition_by=["store_id", "sku_id"],
    order_by=[F("is_provisional").desc(), _IS_FIRM.asc(), F("pk").desc()],
)
