"""Prices: a new one begins where the one before it ends, and the past stays as it was."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from inventory.feeds.landing.outcome import Landing, affected, staged_between
from inventory.feeds.staging import Stage
from omniretail.kernel.actors import Actor

# The moment a price begins: as asked, but never before now once there is a history.
_WANTED = """
    WITH wanted AS (
        SELECT k.id AS sku_id, f.currency, f.amount,
               CASE WHEN EXISTS (
                   SELECT FROM inventory_price p
                   WHERE p.sku_id = k.id AND p.currency = f.currency
                     AND lower(p.valid) < %(at)s
               ) THEN GREATEST(COALESCE(f.starts_at, %(at)s), %(at)s)
               ELSE COALESCE(f.starts_at, %(at)s) END AS starts_at
        FROM feed_stage f JOIN inventory_sku k ON k.code = f.sku_code
        WHERE f.line >= %(first)s AND f.line < %(behind)s
    )
"""
_REPLACED = f"""{_WANTED}
    UPDATE inventory_price p SET amount = w.amount
    FROM wanted w
    WHERE p.sku_id = w.sku_id AND p.currency = w.currency
      AND lower(p.valid) = w.starts_at AND p.amount <> w.amount
"""  # noqa: S608 - a constant
_CLOSED = f"""{_WANTED}
    UPDATE inventory_price p SET valid = tstzrange(lower(p.valid), w.starts_at)
    FROM wanted w
    WHERE p.sku_id = w.sku_id AND p.currency = w.currency
      AND p.valid @> w.starts_at AND lower(p.valid) < w.starts_at
      AND p.amount <> w.amount
"""  # noqa: S608 - a constant
_OPENED = f"""{_WANTED}
    INSERT INTO inventory_price (sku_id, currency, amount, valid)
    SELECT w.sku_id, w.currency, w.amount, tstzrange(w.starts_at, (
        SELECT MIN(lower(p.valid)) FROM inventory_price p
        WHERE p.sku_id = w.sku_id AND p.currency = w.currency
          AND lower(p.valid) > w.starts_at
    ))
    FROM wanted w
    WHERE NOT EXISTS (
        SELECT FROM inventory_price p
        WHERE p.sku_id = w.sku_id AND p.currency = w.currency AND p.valid @> w.starts_at
    )
"""  # noqa: S608 - a constant


def check(stage: Stage, *, at: datetime) -> None:
    """Refuse prices of SKUs nobody knows."""
    del at
    stage.refuse_unknown(
        "sku_code",
        known="SELECT code FROM inventory_sku",
        message=_("There is no such SKU."),
    )


def land(
    stage: Stage, first: int, behind: int, *, reference: str, by: Actor, at: datetime
) -> Landing:
    """Publish the prices of these lines; a price that already holds writes nothing."""
    del stage, reference, by
    span: dict[str, Any] = {"first": first, "behind": behind, "at": at}
    replaced = affected(_REPLACED, span)
    affected(_CLOSED, span)
    opened = affected(_OPENED, span)
    return Landing(staged_between(first, behind), replaced + opened)
