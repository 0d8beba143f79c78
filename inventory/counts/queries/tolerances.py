"""By how much the count of an article may be off."""

from collections.abc import Collection, Mapping

from inventory.catalogue.models import Category, Sku
from inventory.counts.counting import Tolerance
from inventory.counts.models import CountTolerance

EXACT = Tolerance()


def tolerances_of(sku_ids: Collection[int]) -> dict[int, Tolerance]:
    """The tolerance of each SKU: of its category, or of the nearest one around it that
    has one, or of the whole catalogue; else it has to be exact."""
    kept = {row.category_id: row.value() for row in CountTolerance.objects.order_by("pk")}
    parents = dict(Category.objects.values_list("id", "parent_id")) if kept else {}
    homes = Sku.objects.filter(id__in=sku_ids).values_list("id", "product__category_id")
    return {sku: _nearest(category, kept, parents) for sku, category in homes}


def _nearest(
    category: int | None,
    kept: Mapping[int | None, Tolerance],
    parents: Mapping[int, int | None],
) -> Tolerance:
    seen: set[int] = set()
    while category is not None and category not in seen:
        if category in kept:
            return kept[category]
        seen.add(category)
        category = parents.get(category)
    return kept.get(None, EXACT)
