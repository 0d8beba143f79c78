"""Absolute stock levels: what differs becomes a movement."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from inventory.feeds.landing.outcome import Landing
from inventory.feeds.shapes import Refusal
from inventory.feeds.staging import Stage
from omniretail.kernel.actors import Actor

# While a first import fills the tables, the planner takes them for empty and would go
# through them anew for every row: minutes where seconds are enough.
_NESTED_LOOPS = "SELECT set_config('enable_nestloop', %s, true)"
_OPENED = """
    INSERT INTO inventory_stocklevel (store_id, sku_id)
    SELECT s.id, k.id
    FROM feed_stage f
    JOIN stores_store s ON s.code = f.store_code
    JOIN inventory_sku k ON k.code = f.sku_code
    WHERE f.line >= %(first)s AND f.line < %(behind)s
    ORDER BY s.id, k.id
    ON CONFLICT DO NOTHING
"""
_LANDED = """
    WITH taken AS MATERIALIZED (
        SELECT f.line, f.on_hand AS wanted, l.id, l.on_hand AS before, l.reserved,
               COALESCE(f.safety_stock, l.safety_stock) AS safety_stock,
               CASE WHEN l.on_hand = 0 AND NOT EXISTS (
                   SELECT FROM inventory_stockmovement m
                   WHERE m.store_id = l.store_id AND m.sku_id = l.sku_id
               ) THEN 'SUPPLIER' ELSE 'SHRINKAGE' END AS origin
        FROM feed_stage f
        JOIN stores_store s ON s.code = f.store_code
        JOIN inventory_sku k ON k.code = f.sku_code
        JOIN inventory_stocklevel l ON l.store_id = s.id AND l.sku_id = k.id
        WHERE f.line >= %(first)s AND f.line < %(behind)s
        ORDER BY l.id
        FOR NO KEY UPDATE OF l
    ), changed AS (
        UPDATE inventory_stocklevel l
        SET on_hand = t.wanted, safety_stock = t.safety_stock, changed_at = %(at)s
        FROM taken t
        WHERE l.id = t.id AND t.wanted >= t.reserved
          AND (t.wanted <> t.before OR t.safety_stock <> l.safety_stock)
        RETURNING l.store_id, l.sku_id, t.wanted, t.before, t.origin
    ), moved AS (
        INSERT INTO inventory_stockmovement (store_id, sku_id, quantity, source, target,
            kind, reference, line, reason, actor_kind, actor_key, at)
        SELECT store_id, sku_id, abs(wanted - before),
               CASE WHEN wanted > before THEN origin ELSE 'ON_HAND' END,
               CASE WHEN wanted > before THEN 'ON_HAND' ELSE 'SHRINKAGE' END,
               'FEED', %(reference)s, '', '', %(actor_kind)s, %(actor_key)s, %(at)s
        FROM changed WHERE wanted <> before
    )
    SELECT (SELECT COUNT(*) FROM taken WHERE wanted >= reserved),
           (SELECT COUNT(*) FROM changed),
           ARRAY(SELECT ARRAY[line, wanted, reserved] FROM taken
                 WHERE wanted < reserved ORDER BY line)
"""


def check(stage: Stage) -> None:
    """Refuse rows about places and SKUs nobody knows."""
    stage.refuse_unknown(
        "store_code",
        known="SELECT code FROM stores_store",
        message=_("There is no such place."),
    )
    stage.refuse_unknown(
        "sku_code",
        known="SELECT code FROM inventory_sku",
        message=_("There is no such SKU."),
    )


def land(
    stage: Stage, first: int, behind: int, *, reference: str, by: Actor, at: datetime
) -> Landing:
    """Set the levels of these lines; unchanged ones write nothing. The first units a
    level ever has are its opening stock and come from the supplier; what differs later
    was found or is missing.

    Nobody else can change a level between the look and the write: its row is taken in
    the statement that changes it, in key order. A level below what is promised is refused.
    """
    parameters: dict[str, Any] = {
        "first": first,
        "behind": behind,
        "reference": reference,
        "actor_kind": by.kind,
        "actor_key": by.key,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NESTED_LOOPS, ["off"])
        cursor.execute(_OPENED, parameters)
        if cursor.rowcount == 0:
            cursor.execute(_NESTED_LOOPS, ["on"])
        cursor.execute(_LANDED, parameters)
        landed, changed, below = cursor.fetchone()
    if below:
        stage.refuse(
            [
                Refusal(line, "on_hand", str(wanted), _promised(reserved))
                for line, wanted, reserved in below
            ]
        )
    return Landing(landed, changed)


def _promised(reserved: int) -> str:
    return _("%(units)s are promised to customers.") % {"units": reserved}
