"""Which of several policies decides: the most specific one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Scoped(Protocol):
    """Something that is meant for some places and some goods."""

    @property
    def store_id(self) -> int | None: ...

    @property
    def category_id(self) -> int | None: ...

    @property
    def sku_id(self) -> int | None: ...


P = TypeVar("P", bound=Scoped)


@dataclass(frozen=True)
class Goods:
    """A SKU and the category it hangs in."""

    sku_id: int
    category_id: int


def most_specific(
    policies: Iterable[P], store_id: int, goods: Goods, parents: Mapping[int, int | None]
) -> P | None:
    """The policy of the SKU itself, or of the nearest category around it, or of the whole
    catalogue; among those the one of the place before the one of all places."""
    homes = _ancestors(goods.category_id, parents)
    fitting = [
        one
        for one in policies
        if one.store_id in (None, store_id)
        and one.sku_id in (None, goods.sku_id)
        and (one.category_id is None or one.category_id in homes)
    ]
    return max(fitting, key=lambda one: _rank(one, homes), default=None)


def _rank(policy: Scoped, homes: Mapping[int, int]) -> tuple[int, int]:
    """How near it comes: the SKU, then categories from the nearest on, then everything."""
    if policy.sku_id is not None:
        nearness = len(homes) + 1
    elif policy.category_id is not None:
        nearness = len(homes) - homes[policy.category_id]
    else:
        nearness = 0
    return nearness, int(policy.store_id is not None)


def _ancestors(category: int, parents: Mapping[int, int | None]) -> dict[int, int]:
    """The category and those around it, each with how far away it is."""
    found: dict[int, int] = {}
    at: int | None = category
    while at is not None and at not in found:
        found[at] = len(found)
        at = parents.get(at)
    return found
