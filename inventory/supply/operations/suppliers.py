"""Suppliers are taken up and changed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from inventory.supply.models import Supplier
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError


class NotAPercentage(DomainError):
    """A tolerance is a percentage from 0 to 100."""

    constraints = ("supplier_tolerances_are_percentages",)


@dataclass(frozen=True)
class SupplierDetails:
    """What there is to say about a supplier."""

    code: str
    name: str
    lead_time_days: int = 7
    over_percent: int = 0
    under_percent: int = 0
    is_active: bool = True


@transaction.atomic
def save_supplier(*, details: SupplierDetails, by: Actor, at: datetime) -> bool:
    """Take a supplier up or change what is known; answers whether it is new.

    Orders that are placed keep the tolerance they were made with.

    Raises:
        NotAPercentage: a tolerance nobody can mean.
    """
    del by, at  # the door's audit entry says who and when
    for name in ("over_percent", "under_percent"):
        if not 0 <= getattr(details, name) <= 100:
            raise NotAPercentage(field=name)
    _supplier, is_new = Supplier.objects.update_or_create(
        code=details.code,
        defaults={
            "name": details.name,
            "lead_time_days": details.lead_time_days,
            "over_percent": details.over_percent,
            "under_percent": details.under_percent,
            "is_active": details.is_active,
        },
    )
    return is_new
