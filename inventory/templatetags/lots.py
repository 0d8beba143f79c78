"""Lots beside the level that they make up, on the tablet and in the admin."""

from typing import Any

from django import template

from inventory.lots.queries import lots_lying
from omniretail.kernel import clock

register = template.Library()


@register.inclusion_tag("tablet/lots.html")
def lots_on_tablet(store_code: str, sku_code: str) -> dict[str, Any]:
    """Where the lots of a SKU lie in a place, the first to expire first."""
    return _facts(store_code, sku_code)


@register.inclusion_tag("admin/inventory/lot/of_level.html")
def lots_of_level(store_code: str, sku_code: str) -> dict[str, Any]:
    """The same on the card of a level."""
    return _facts(store_code, sku_code)


def _facts(store_code: str, sku_code: str) -> dict[str, Any]:
    at = clock.now()
    return {"lots": lots_lying(store_code, [sku_code], at=at).get(sku_code, [])}
