"""Kits: what each is made of, said once."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from inventory.feeds.landing.outcome import Landing, staged_between
from inventory.feeds.staging import Stage
from omniretail.kernel.actors import Actor

_PARTS = "feed_stage f CROSS JOIN LATERAL jsonb_each_text(f.parts) AS e(code, units)"
_UNKNOWN = f"""
    SELECT f.line, e.code, e.code FROM {_PARTS}
    LEFT JOIN inventory_sku p ON p.code = e.code
    WHERE p.id IS NULL ORDER BY f.line
"""  # noqa: S608 - a constant
_NESTED = f"""
    SELECT DISTINCT f.line, e.code, e.code FROM {_PARTS}
    LEFT JOIN inventory_sku p ON p.code = e.code
    LEFT JOIN inventory_sku k ON k.code = f.sku_code
    WHERE p.is_kit OR e.code IN (SELECT sku_code FROM feed_stage)
       OR k.id IN (SELECT part_id FROM inventory_kitpart)
    ORDER BY f.line
"""  # noqa: S608 - a constant
_STOCKED = """
    SELECT f.line, f.sku_code, f.sku_code FROM feed_stage f
    JOIN inventory_sku k ON k.code = f.sku_code
    WHERE EXISTS (SELECT FROM inventory_stocklevel l WHERE l.sku_id = k.id)
    ORDER BY f.line
"""
_WITH_LOTS = """
    SELECT f.line, f.sku_code, f.sku_code FROM feed_stage f
    JOIN inventory_sku k ON k.code = f.sku_code AND k.keeps_lots ORDER BY f.line
"""
_WITH_SERIALS = """
    SELECT f.line, f.sku_code, f.sku_code FROM feed_stage f
    JOIN inventory_sku k ON k.code = f.sku_code AND k.is_serialised ORDER BY f.line
"""
_OTHERWISE = """
    SELECT f.line, f.sku_code, f.sku_code FROM feed_stage f
    JOIN inventory_sku k ON k.code = f.sku_code AND k.is_kit
    WHERE f.parts <> (
        SELECT jsonb_object_agg(p.code, m.quantity)
        FROM inventory_kitpart m JOIN inventory_sku p ON p.id = m.part_id
        WHERE m.kit_id = k.id
    ) ORDER BY f.line
"""
_MADE_UP = f"""
    WITH made AS (
        INSERT INTO inventory_kitpart (kit_id, part_id, quantity)
        SELECT k.id, p.id, e.units::int FROM {_PARTS}
        JOIN inventory_sku k ON k.code = f.sku_code AND NOT k.is_kit
        JOIN inventory_sku p ON p.code = e.code
        WHERE f.line >= %(first)s AND f.line < %(behind)s
        ORDER BY f.line, e.code
        RETURNING kit_id
    )
    SELECT COUNT(DISTINCT kit_id) FROM made
"""  # noqa: S608 - a constant


def check(stage: Stage, *, at: datetime) -> None:
    """Refuse kits and parts nobody knows, kits in kits, what lies on shelves or has units
    told apart, and another content than was said before."""
    del at
    no_sku = _("There is no such SKU.")
    stage.refuse_unknown("sku_code", known="SELECT code FROM inventory_sku", message=no_sku)
    stage.refuse_where(_UNKNOWN, field="parts", message=no_sku)
    stage.refuse_where(
        _NESTED,
        field="parts",
        message=_("A kit is not part of a kit. Name its parts."),
    )
    stage.refuse_where(
        _STOCKED,
        field="sku_code",
        message=_("This has its own place on the shelves. A kit needs a code of its own."),
    )
    stage.refuse_where(
        _WITH_LOTS,
        field="sku_code",
        message=_("A kit keeps no lots; its parts may."),
    )
    stage.refuse_where(
        _WITH_SERIALS,
        field="sku_code",
        message=_("A kit has no serial numbers of its own. Its parts may have."),
    )
    stage.refuse_where(
        _OTHERWISE,
        field="parts",
        message=_(
            "What is in this kit was said before. Another content needs another code."
        ),
    )


def land(
    stage: Stage, first: int, behind: int, *, reference: str, by: Actor, at: datetime
) -> Landing:
    """Make the kits of these lines up; those that are made up already write nothing."""
    del stage, reference, by, at  # what is in a kit keeps no history: it never changes
    span: dict[str, Any] = {"first": first, "behind": behind}
    with connection.cursor() as cursor:
        cursor.execute(_MADE_UP, span)
        (made,) = cursor.fetchone()
    return Landing(staged_between(first, behind), int(made))
