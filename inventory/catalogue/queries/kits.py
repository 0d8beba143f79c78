"""Questions about kits: what they are made of, and which SKUs are kits."""

from collections.abc import Collection
from dataclasses import dataclass

from inventory.catalogue.kits import Kit
from inventory.catalogue.models import KitPart, Sku
from omniretail.kernel.errors import DomainError


class KitHasNoStock(DomainError):
    """A kit has no stock of its own. Name its parts."""

    constraints = ("kit_has_no_stock_of_its_own",)


@dataclass(frozen=True)
class SkuKey:
    """The key behind a code, and whether the SKU is sold from parts."""

    id: int
    is_kit: bool


@dataclass(frozen=True)
class KitContent:
    """A part of a kit: what it is, and how many of it one kit takes."""

    sku_id: int
    code: str
    name: str
    quantity: int


def sku_keys(codes: Collection[str]) -> dict[str, SkuKey]:
    """The keys of these SKUs and what they are, by code; unknown codes are left out."""
    rows = Sku.objects.filter(code__in=codes).values_list("code", "id", "is_kit")
    return {code: SkuKey(key, is_kit) for code, key, is_kit in rows}


def shelf_sku_ids(codes: Collection[str]) -> dict[str, int]:
    """The keys of SKUs that can lie on a shelf; unknown codes are left out.

    Raises:
        KitHasNoStock: one of them is a kit.
    """
    found = sku_keys(codes)
    for code, key in found.items():
        if key.is_kit:
            raise KitHasNoStock(sku=code)
    return {code: key.id for code, key in found.items()}


def kits(codes: Collection[str]) -> dict[str, Kit]:
    """Those of these SKUs that are sold from parts, with their parts."""
    return {
        code: Kit(key, code, {part.code: part.quantity for part in parts})
        for (key, code), parts in _contents(codes).items()
    }


def kit_contents(codes: Collection[str]) -> dict[str, list[KitContent]]:
    """What is in each of these SKUs that is a kit, with names for people."""
    return {code: parts for (_key, code), parts in _contents(codes).items()}


def _contents(codes: Collection[str]) -> dict[tuple[int, str], list[KitContent]]:
    """Nothing asked, no statement."""
    found: dict[tuple[int, str], list[KitContent]] = {}
    if not codes:
        return found
    rows = KitPart.objects.filter(kit__code__in=codes).order_by("id")
    columns = ("part_id", "part__code", "part__name", "quantity")
    for key, code, part, part_code, name, quantity in rows.values_list(
        "kit_id", "kit__code", *columns
    ):
        content = KitContent(part, part_code, name, quantity)
        found.setdefault((key, code), []).append(content)
    return found
