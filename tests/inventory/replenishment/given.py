"""History of replenishment, made by the operations themselves."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from inventory.models import Proposal, Sku, Velocity
from inventory.replenishment.operations import (
    Contact,
    PolicyDetails,
    propose_everything,
    refresh_velocities,
    register_wait,
    save_policy,
    watch_levels,
)
from inventory.stock.operations import receive_stock, sell_stock
from inventory.supply.operations import SupplierDetails, save_supplier
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.codes import new_number
from omniretail.kernel.models import OutboxFact
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.factories.stores import AssignmentFactory, EmployeeFactory
from tests.inventory.given import place

LAWS = {"S1", "S2", "S3", "S4", "S5", "S5b", "S6", "O6", "R1", "R2", "R3"}
BOSS = Actor(ActorKind.ADMIN, "boss")
CLIENT = Actor(ActorKind.CLIENT, "site")
LONG_AGO = NOON - timedelta(days=80)


def days_ago(days: int) -> datetime:
    """Noon, so many days ago."""
    return NOON - timedelta(days=days)


def staff(store: str = "msk-1", role: str = "STORE_MANAGER") -> Actor:
    """An employee of that place in that role."""
    employee = EmployeeFactory.create()
    AssignmentFactory.create(
        employee=employee, store=Store.objects.get(code=store), role=role
    )
    return Actor(ActorKind.STAFF, employee.code, employee.name, store=store)


def came(units: int, *, at: datetime, store: str = "msk-1", sku: str = "S-1") -> None:
    """Units came from the supplier at that moment."""
    if not Store.objects.filter(code=store).exists():
        place(store)
    if not Sku.objects.filter(code=sku).exists():
        SkuFactory.create(code=sku)
    receive_stock(
        store_code=store, lines=[(sku, units)], reference=new_number("T"), by=SYSTEM, at=at
    )


def sold(units: int, *, at: datetime, store: str = "msk-1", sku: str = "S-1") -> str:
    """Units were sold over the till; answers the receipt."""
    receipt = new_number("T")
    sell_stock(store_code=store, lines=[(sku, units)], reference=receipt, by=SYSTEM, at=at)
    return receipt


def selling(
    a_day: int, left: int, *, days: int = 56, store: str = "msk-1", sku: str = "S-1"
) -> None:
    """So many were sold on each of the last days; so many are left."""
    if not Store.objects.filter(code=store).exists():
        place(store)
    if not Sku.objects.filter(code=sku).exists():
        SkuFactory.create(code=sku)
    came(a_day * days + left, at=LONG_AGO, store=store, sku=sku)
    for day in range(1, days + 1):
        if a_day:
            sold(a_day, at=days_ago(day), store=store, sku=sku)


def supplier(code: str = "svet", **details: Any) -> str:
    """A firm that delivers."""
    save_supplier(details=SupplierDetails(code, "Свет", **details), by=SYSTEM, at=NOON)
    return code


def policy(code: str = "all", **details: Any) -> str:
    """A policy; no deviation, a week each for lead time and review."""
    save_policy(details=PolicyDetails(code, **details), by=SYSTEM, at=NOON)
    return code


def measured(store: str = "msk-1", *, at: datetime = NOON) -> None:
    """The place is measured."""
    refresh_velocities(store_code=store, at=at)


def velocity(store: str = "msk-1", sku: str = "S-1") -> Velocity:
    """How fast it sells there."""
    return Velocity.objects.get(store__code=store, sku__code=sku)


def proposed(*stores: str, at: datetime = NOON) -> list[tuple[str, str, int]]:
    """Places are measured and proposals worked out: from where, to where, how many."""
    for store in stores or ("msk-1",):
        measured(store, at=at)
    propose_everything(at=at)
    return open_ways()


def open_ways() -> list[tuple[str, str, int]]:
    """The open proposals: from where, to where, how many."""
    rows = Proposal.objects.open().select_related("store", "source", "supplier")
    return sorted(
        ((row.source or row.supplier).code, row.store.code, row.quantity)  # type: ignore[union-attr]
        for row in rows
    )


def numbers() -> list[str]:
    """The numbers of the open proposals."""
    return list(Proposal.objects.open().order_by("pk").values_list("number", flat=True))


def waits(
    phone: str = "+79161234567", *, store: str | None = "msk-1", **details: Any
) -> str:
    """Somebody waits for S-1."""
    known: dict[str, Any] = {"sku_code": "S-1", "quantity": 1, "at": NOON}
    terms = known | {"channel": "SITE"} | details
    return register_wait(
        store_code=store,
        contact=Contact(phone=phone),
        by=CLIENT,
        **terms,
    )


def told(name: str) -> list[dict[str, Any]]:
    """The facts of this name, in the order in which they were told."""
    rows = OutboxFact.objects.filter(name=f"inventory.{name}").order_by("pk")
    return list(rows.values_list("payload", flat=True))


def watched(at: datetime = NOON) -> None:
    """What has moved is looked at."""
    watch_levels(at=at)


def decimal(text: str) -> Decimal:
    """A figure as the database keeps it."""
    return Decimal(text).quantize(Decimal("0.0001"))
