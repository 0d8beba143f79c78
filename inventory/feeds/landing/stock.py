"""Absolute stock levels: what differs becomes a movement."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from inventory.feeds.landing.outcome import Landing, staged_between
from inventory.feeds.shapes import Refusal
from inventory.feeds.staging import Stage
from inventory.stock.models import differing
from inventory.stock.operations import telling_of
from omniretail.kernel.actors import SYSTEM, Actor
from omniretail.kernel.limits import limits

_DIFFERING = "feed_differing"
# A plain file is staged as it is: its numbers are texts until here.
_STAGED = """
    SELECT f.line, s.id AS store_id, k.id AS sku_id, 'SET' AS mode,
           f.on_hand::int AS units, NULL::int AS expected, f.safety_stock::int AS keep,
           f.observed_at, '' AS key
    FROM feed_stage f
    LEFT JOIN stores_store s ON s.code = f.store_code
    LEFT JOIN inventory_sku k ON k.code = f.sku_code
"""
_UNKNOWN = f"""
    SELECT line, f.{{column}}, '' FROM {_DIFFERING} d JOIN feed_stage f USING (line)
    WHERE d.{{key}} IS NULL ORDER BY line
"""  # noqa: S608 - our own names
_KITS = """
    SELECT f.line, f.sku_code, k.code FROM feed_stage f
    JOIN inventory_sku k ON k.code = f.sku_code AND k.is_kit ORDER BY f.line
"""


def check(stage: Stage, *, at: datetime) -> None:
    """Refuse rows about kits; compare all others with the levels, and refuse those about
    places and SKUs nobody knows."""
    stage.refuse_where(
        _KITS, field="sku_code", message=_("A kit has no stock of its own. Name its parts.")
    )
    as_of = _says_when()
    if as_of:
        _refuse_far_off(stage, at)
    telling = telling_of(reference="", reason="", by=SYSTEM, at=at)
    differing.compare(_STAGED, telling, name=_DIFFERING, as_of=as_of)
    stage.refuse_where(
        _UNKNOWN.format(column="store_code", key="store_id"),
        field="store_code",
        message=_("There is no such place."),
    )
    stage.refuse_where(
        _UNKNOWN.format(column="sku_code", key="sku_id"),
        field="sku_code",
        message=_("There is no such SKU."),
    )
    differing.forget_unknown(_DIFFERING)


def land(
    stage: Stage, first: int, behind: int, *, reference: str, by: Actor, at: datetime
) -> Landing:
    """Set the levels of these lines; unchanged ones write nothing. The first units a
    level ever has are its opening stock and come from the supplier; what differs later
    was found or is missing. What was seen at a moment is set as of that moment.

    Only levels that differed in the comparison are locked, and judged again under the
    lock. A level below what is promised is refused.
    """
    span: dict[str, Any] = {"first": first, "behind": behind}
    telling = telling_of(reference=reference, reason="", by=by, at=at)
    changed, refused = differing.land(_DIFFERING, span, telling)
    if refused:
        stage.refuse([_refusal(*one) for one in refused])
    return Landing(staged_between(first, behind), changed)


def _says_when() -> bool:
    """Whether any row says when it was seen: what came and went since is then looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM feed_stage WHERE observed_at IS NOT NULL)"
        )
        return bool(cursor.fetchone()[0])


def _refuse_far_off(stage: Stage, at: datetime) -> None:
    first = at - limits().observed_within
    stage.refuse_where(
        f"""
        SELECT line, observed_at, '' FROM feed_stage
        WHERE observed_at > '{at.isoformat()}' OR observed_at < '{first.isoformat()}'
        ORDER BY line
        """,  # noqa: S608 - moments of our own
        field="observed_at",
        message=_("This moment lies ahead, or too far back."),
    )


def _refusal(outcome: str, line: int, wanted: int, reserved: int) -> Refusal:
    if outcome == "outdated":
        return Refusal(
            line, "observed_at", "", _("Somebody has looked at this level since.")
        )
    if outcome == "quantity_out_of_range":
        return Refusal(line, "on_hand", str(wanted), _("More than a million units."))
    message = _("%(units)s are promised to customers.") % {"units": reserved}
    return Refusal(line, "on_hand", str(wanted), message)
