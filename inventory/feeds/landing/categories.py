"""Categories: a parent may stand anywhere in the file."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from inventory.catalogue.models import Category
from inventory.feeds.landing.outcome import Landing, affected, staged_between
from inventory.feeds.shapes import Refusal
from inventory.feeds.staging import Stage
from omniretail.kernel.actors import Actor

_LANDED = """
    INSERT INTO inventory_category AS c (code, name)
    SELECT code, name FROM feed_stage
    WHERE line >= %(first)s AND line < %(behind)s ORDER BY code
    ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name
    WHERE c.name <> EXCLUDED.name
"""
# NULL is a parent that a feed does not tell: the one that is known stays.
_HUNG = """
    UPDATE inventory_category c SET parent_id = p.id
    FROM feed_stage f LEFT JOIN inventory_category p ON p.code = f.parent
    WHERE f.parent IS NOT NULL AND f.line >= %(first)s AND f.line < %(behind)s
      AND c.code = f.code AND c.parent_id IS DISTINCT FROM p.id
"""


def check(stage: Stage, *, at: datetime) -> None:
    """Refuse rows whose parent nobody knows, and circles."""
    del at
    parents: dict[str, str | None] = dict(
        Category.objects.values_list("code", "parent__code")
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, code, parent FROM feed_stage ORDER BY line")
        rows = [
            (line, code, parents.get(code) if parent is None else parent or None)
            for line, code, parent in cursor.fetchall()
        ]
    wanted = parents | {code: parent for _line, code, parent in rows}
    while bad := [row for row in rows if _hangs_in_the_air(row[1], wanted)]:
        stage.refuse(
            [
                Refusal(
                    line, "parent", parent or "", _("There is no such category above it.")
                )
                for line, _code, parent in bad
            ]
        )
        gone = {line for line, _code, _parent in bad}
        rows = [row for row in rows if row[0] not in gone]
        wanted = parents | {code: parent for _line, code, parent in rows}


def land(
    stage: Stage, first: int, behind: int, *, reference: str, by: Actor, at: datetime
) -> Landing:
    """Add what is new and change what differs."""
    del stage, reference, by, at  # a category keeps no history
    span: dict[str, Any] = {"first": first, "behind": behind}
    named = affected(_LANDED, span)
    hung = affected(_HUNG, span)
    landed = staged_between(first, behind)
    return Landing(landed, min(landed, max(named, hung)))


def _hangs_in_the_air(code: str, parents: dict[str, str | None]) -> bool:
    seen = {code}
    above = parents[code]
    while above is not None:
        if above in seen or above not in parents:
            return True
        seen.add(above)
        above = parents[above]
    return False
