"""History of counts, made by the operations themselves."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from inventory.catalogue.models import Sku
from inventory.counts.operations import Entry, count_item, finish_count, open_count
from inventory.counts.queries import CountLineView, count_view
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import PriceFactory
from tests.factories.stores import AssignmentFactory, EmployeeFactory
from tests.inventory.given import stocked

LATER = NOON + timedelta(hours=1)
EVENING = NOON + timedelta(hours=6)
LAWS = {"S1", "S2", "S3", "S4", "S6", "C1", "C2", "A2c", "O6", "A1"}
BOSS = Actor(ActorKind.ADMIN, "boss")
CLIENT = Actor(ActorKind.CLIENT, "erp")


def staff(store: str = "msk-1", role: str = "CLERK") -> Actor:
    """An employee of that place in that role."""
    employee = EmployeeFactory.create()
    AssignmentFactory.create(
        employee=employee, store=Store.objects.get(code=store), role=role
    )
    return Actor(ActorKind.STAFF, employee.code, employee.name, store=store)


def shelf(units: int = 10, *, sku: str = "S-1", price: str = "100.00") -> None:
    """Moscow has so many units of something with a price."""
    stocked(units, sku=sku)
    PriceFactory.create(sku=Sku.objects.get(code=sku), amount=Decimal(price))


def opened(*skus: str, zone: str = "", by: Actor = SYSTEM, at: datetime = NOON) -> str:
    """A count of these articles, or of a zone."""
    codes = skus or (() if zone else ("S-1",))
    return open_count(store_code="msk-1", zone=zone, sku_codes=codes, by=by, at=at)


def seen(
    number: str,
    units: int,
    *,
    sku: str = "S-1",
    by: Actor = SYSTEM,
    at: datetime = LATER,
    **details: Any,
) -> None:
    """So many are on the shelf, all in all."""
    entry = Entry(sku, units, is_total=True, **details)
    count_item(number=number, entry=entry, by=by, at=at)


def counted(units: int, *, by: Actor = SYSTEM, at: datetime = LATER) -> str:
    """So many of S-1 were seen, twice if need be; the count waits for approval."""
    number = opened(by=by, at=NOON)
    seen(number, units, by=by, at=at)
    if finish_count(number=number, by=by, at=at) == "RECOUNT":
        seen(number, units, by=SYSTEM, at=at)
        finish_count(number=number, by=by, at=at)
    return number


def line_of(number: str, sku: str = "S-1") -> CountLineView:
    """One article of a count."""
    return next(line for line in count_view(number).lines if line.sku_code == sku)
