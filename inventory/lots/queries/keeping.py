"""Which SKUs keep lots, and how."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from inventory.catalogue.models import KitPart, Sku


@dataclass(frozen=True)
class LotRule:
    """A SKU whose units are told apart by lots, and how many days must be left of them
    when they are sold."""

    sku_id: int
    shelf_life_left_days: int


def lot_rules(sku_codes: Collection[str]) -> dict[str, LotRule]:
    """The SKUs among these that keep lots, by code."""
    return _rules(Q(code__in=sku_codes))


def lot_rules_of_parts(sku_codes: Collection[str]) -> dict[str, LotRule]:
    """The same, and the parts of the kits among them."""
    parts = KitPart.objects.filter(kit__code__in=sku_codes).values("part")
    return _rules(Q(code__in=sku_codes) | Q(pk__in=parts))


def _rules(which: Q) -> dict[str, LotRule]:
    rows = Sku.objects.filter(which, keeps_lots=True)
    return {
        code: LotRule(key, days)
        for code, key, days in rows.values_list("code", "id", "shelf_life_left_days")
    }
