"""How shelves are to be kept is written down and changed."""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from inventory.catalogue.models import Category, Sku
from inventory.catalogue.queries import SkuNotFound
from inventory.replenishment.models import ReorderPolicy
from inventory.supply.models import Supplier
from inventory.supply.operations import SupplierNotFound
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from stores.network.queries import StoreNotFound, get_store


class CategoryNotFound(DomainError):
    """There is no such category."""

    kind = Kind.MISSING


class PolicyTaken(DomainError):
    """Another policy in force is for just these goods and this place."""

    kind = Kind.CONFLICT
    constraints = ("one_reorder_policy_per_place_and_goods",)


class TwoScopes(DomainError):
    """A policy is for a category or for a SKU."""

    constraints = ("reorder_policy_is_for_a_category_or_a_sku",)


class TwoOrigins(DomainError):
    """Goods come from a supplier or from a warehouse."""

    constraints = ("reorder_policy_names_one_origin", "no_place_is_fed_by_itself")


class FiguresOutOfRange(DomainError):
    """These figures cannot be meant."""

    constraints = (
        "service_level_is_from_half_to_almost_all",
        "reorder_days_lie_within_a_year",
        "smoothing_weighs_less_than_all",
        "an_order_has_a_unit_at_least",
        "a_shelf_holds_what_it_shows",
    )


@dataclass(frozen=True)
class PolicyDetails:
    """What there is to say about a policy."""

    code: str
    store_code: str = ""
    category_code: str = ""
    sku_code: str = ""
    service_level: Decimal = Decimal(95)
    lead_time_days: Decimal = Decimal(7)
    lead_time_deviation: Decimal = Decimal(0)
    review_days: Decimal = Decimal(7)
    smoothing: Decimal = Decimal(0)
    counts_lost_demand: bool = False
    pack_size: int = 1
    least_order: int = 1
    least_on_hand: int = 0
    most_on_hand: int | None = None
    supplier_code: str = ""
    source_code: str = ""
    is_active: bool = True


_SCOPES = {
    "code",
    "store_code",
    "category_code",
    "sku_code",
    "supplier_code",
    "source_code",
}


@transaction.atomic
def save_policy(*, details: PolicyDetails, by: Actor, at: datetime) -> bool:
    """Write a policy down or change it; answers whether it is new. Shelves are measured
    against it from the next night on.

    Raises:
        StoreNotFound, CategoryNotFound, SkuNotFound, SupplierNotFound.
        TwoScopes, TwoOrigins, PolicyTaken, FiguresOutOfRange.
    """
    del by, at  # the door's audit entry says who and when
    if details.category_code and details.sku_code:
        raise TwoScopes(field="category")
    if (details.supplier_code and details.source_code) or (
        details.source_code and details.source_code == details.store_code
    ):
        raise TwoOrigins(field="source_store")
    known: dict[str, Any] = {
        field.name: getattr(details, field.name)
        for field in fields(details)
        if field.name not in _SCOPES
    }
    known |= {
        "store_id": _store(details.store_code, "store"),
        "source_id": _store(details.source_code, "source_store"),
        "category": _category(details.category_code),
        "sku": _sku(details.sku_code),
        "supplier": _supplier(details.supplier_code),
    }
    _policy, is_new = ReorderPolicy.objects.update_or_create(
        code=details.code, defaults=known
    )
    return is_new


def _store(code: str, field: str) -> int | None:
    if not code:
        return None
    try:
        return get_store(code).id
    except StoreNotFound:
        raise StoreNotFound(field=field, store=code) from None


def _category(code: str) -> Category | None:
    found = Category.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise CategoryNotFound(field="category", category=code)
    return found


def _sku(code: str) -> Sku | None:
    found = Sku.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise SkuNotFound(field="sku", sku=code)
    return found


def _supplier(code: str) -> Supplier | None:
    found = Supplier.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise SupplierNotFound(field="supplier", supplier=code)
    return found
