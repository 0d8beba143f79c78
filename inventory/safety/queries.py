"""What the rules need to know, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from inventory.catalogue.models import Category
from inventory.counts.queries import accuracy_of
from inventory.safety.models import SafetyRule
from inventory.safety.ruling import Facts, Rule
from inventory.stock.queries import SOLD
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits

_LEVELS = f"""
    WITH {SOLD}
    SELECT l.id, p.category_id, COALESCE(s.units, 0), l.safety_stock, r.units, r.rule
    FROM inventory_stocklevel l
    JOIN inventory_sku k ON k.id = l.sku_id
    JOIN inventory_product p ON p.id = k.product_id
    LEFT JOIN sold s ON s.sku_id = l.sku_id
    LEFT JOIN inventory_safetyruling r ON r.level_id = l.id
    WHERE l.store_id = %(store)s
      AND (%(skus)s::bigint[] IS NULL OR l.sku_id = ANY(%(skus)s))
      AND l.safety_stock = COALESCE(r.units, 0)
    ORDER BY l.id
"""  # noqa: S608 - our own words


class RuleNotFound(DomainError):
    """There is no such rule."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class RuledLevel:
    """A level that the rules decide about: what is known of it, and their last word."""

    level: int
    facts: Facts
    units: int
    rule: str | None


def rules_in_force(at: datetime) -> list[Rule]:
    """The rules that hold at some place on that day, give or take the zone."""
    rows = SafetyRule.objects.not_over((at - timedelta(days=1)).date())
    return [row.value() for row in rows.select_related("store", "category")]


def ruled_levels(
    store_id: int,
    store_code: str,
    *,
    at: datetime,
    skus: list[int] | None = None,
) -> list[RuledLevel]:
    """The levels of a place (of these SKUs) on whose safety stock nobody else has decided,
    by key. What somebody set by hand or by a feed is theirs."""
    window = limits().safety_velocity_days
    parameters: dict[str, Any] = {
        "store": store_id,
        "skus": skus,
        "at": at,
        "sold_since": at - timedelta(days=window),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS, parameters)
        rows = cursor.fetchall()
    accuracy = _accuracy(store_code, at)
    paths = _paths()
    return [
        RuledLevel(
            level=level,
            facts=Facts(store_code, paths[category], Decimal(sold) / window, accuracy),
            units=units,
            rule=rule,
        )
        for level, category, sold, units, _last, rule in rows
    ]


def _accuracy(store_code: str, at: datetime) -> Decimal | None:
    """The share of units that counts of late found where the levels said."""
    starts_at = at - timedelta(days=limits().safety_accuracy_days)
    row = accuracy_of(store_code, starts_at=starts_at, ends_at=at)
    return row.accuracy.units if row else None


def _paths() -> Mapping[int, tuple[str, ...]]:
    """Each category with those around it, from the inside out."""
    rows = {key: (code, up) for key, code, up in _categories()}

    def path(key: int) -> tuple[str, ...]:
        codes: list[str] = []
        at: int | None = key
        while at is not None and len(codes) <= len(rows):
            code, at = rows[at]
            codes.append(code)
        return tuple(codes)

    return {key: path(key) for key in rows}


def _categories() -> list[tuple[int, str, int | None]]:
    return list(Category.objects.values_list("pk", "code", "parent_id"))
