"""Categories: a parent may stand anywhere in the file. They land from the top down, so
that each finds the one above it, a batch at a time. What may land is judged when nobody
else can hang a category any more."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from inventory.feeds.landing.outcome import Landing, affected
from inventory.feeds.staging import Stage
from omniretail.kernel.actors import Actor
from omniretail.kernel.triggers import wait_for_turn

# NULL is a parent that a feed does not tell: the one that is known stays.
_ABOVE = """
    CREATE TEMP TABLE feed_above AS
    SELECT f.line, f.code, COALESCE(f.parent, p.code, '') AS above
    FROM feed_stage f
    LEFT JOIN inventory_category c ON c.code = f.code
    LEFT JOIN inventory_category p ON p.id = c.parent_id
    UNION ALL
    SELECT NULL, c.code, COALESCE(p.code, '')
    FROM inventory_category c LEFT JOIN inventory_category p ON p.id = c.parent_id
    WHERE NOT EXISTS (SELECT FROM feed_stage f WHERE f.code = c.code)
"""
_READY = "CREATE INDEX ON feed_above (above); ANALYZE feed_above"
# What hangs on nothing, or on itself, is never come to from the top.
_TURNS = """
    WITH RECURSIVE down AS (
        SELECT line, code, 0 AS depth FROM feed_above WHERE above = ''
        UNION ALL
        SELECT a.line, a.code, d.depth + 1
        FROM down d CROSS JOIN LATERAL (
            SELECT line, code FROM feed_above WHERE above = d.code OFFSET 0
        ) a
    )
    UPDATE feed_stage f SET turn = t.turn
    FROM (
        SELECT line, row_number() OVER (ORDER BY depth, line) AS turn
        FROM down WHERE line IS NOT NULL
    ) t
    WHERE f.line = t.line
"""
_ON_NOTHING = """
    SELECT line, parent, '' FROM feed_stage f
    WHERE turn IS NULL AND parent IS NOT NULL
      AND NOT EXISTS (SELECT FROM feed_above a WHERE a.code = f.parent)
    ORDER BY line
"""
_IN_THE_AIR = """
    SELECT line, COALESCE(parent, ''), '' FROM feed_stage WHERE turn IS NULL ORDER BY line
"""
_LANDED = """
    INSERT INTO inventory_category AS c (code, name)
    SELECT code, name FROM feed_stage
    WHERE turn >= %(first)s AND turn < %(behind)s ORDER BY code
    ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name
    WHERE c.name <> EXCLUDED.name
"""
_HUNG = """
    UPDATE inventory_category c SET parent_id = p.id
    FROM feed_stage f LEFT JOIN inventory_category p ON p.code = f.parent
    WHERE f.parent IS NOT NULL AND f.turn >= %(first)s AND f.turn < %(behind)s
      AND c.code = f.code AND c.parent_id IS DISTINCT FROM p.id
"""
_COUNTED = "SELECT COUNT(*) FROM feed_stage WHERE turn >= %(first)s AND turn < %(behind)s"


def check(stage: Stage, *, at: datetime) -> None:
    """Nothing yet: what stands may be hung elsewhere before the first row lands."""
    del stage, at


def _judge(stage: Stage) -> None:
    """Give each row its turn, from the top down; refuse rows whose parent nobody knows,
    and rings, also those that would be closed with what somebody else has hung just now."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE feed_stage ADD turn int")
        cursor.execute("DROP TABLE IF EXISTS pg_temp.feed_above")
        cursor.execute(_ABOVE)
        cursor.execute(_READY)
        cursor.execute(_TURNS)
    unknown = _("There is no such category above it.")
    stage.refuse_where(_ON_NOTHING, field="parent", message=unknown)
    loose = _("The category above it lies inside it, or hangs on nothing itself.")
    stage.refuse_where(_IN_THE_AIR, field="parent", message=loose)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pg_temp.feed_above")
        cursor.execute("CREATE INDEX ON feed_stage (turn)")


def land(
    stage: Stage, first: int, behind: int, *, reference: str, by: Actor, at: datetime
) -> Landing:
    """Add what is new and change what differs, of the rows whose turn it is: what they lie
    in has landed. One import of categories lands at a time: they are hung up so."""
    del reference, by, at  # a category keeps no history
    if first == 1:
        wait_for_turn("inventory_category")
        _judge(stage)
    span: dict[str, Any] = {"first": first, "behind": behind}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, span)
        (landed,) = cursor.fetchone()
    named = affected(_LANDED, span)
    hung = affected(_HUNG, span)
    return Landing(int(landed), min(int(landed), max(named, hung)))
