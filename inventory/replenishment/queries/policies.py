"""Which policy keeps which shelf."""

from collections.abc import Collection

from django.db.models import Q

from inventory.catalogue.models import Category, Sku
from inventory.replenishment.choosing import Goods, most_specific
from inventory.replenishment.models import ReorderPolicy


def policies_of(store_id: int, sku_ids: Collection[int]) -> dict[int, ReorderPolicy]:
    """The policy in force for each of these SKUs at a place; none, no entry."""
    rows = ReorderPolicy.objects.filter(is_active=True).filter(_here(store_id))
    policies = list(rows.select_related("supplier", "source"))
    if not policies:
        return {}
    parents = dict(Category.objects.values_list("id", "parent_id"))
    homes = Sku.objects.filter(id__in=sku_ids).values_list("id", "product__category_id")
    found = {
        sku: most_specific(policies, store_id, Goods(sku, category), parents)
        for sku, category in homes
    }
    return {sku: policy for sku, policy in found.items() if policy is not None}


def _here(store_id: int) -> Q:
    return Q(store=None) | Q(store=store_id)
