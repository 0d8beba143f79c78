"""History of supply, made by the operations themselves."""

from collections import Counter
from datetime import timedelta
from typing import Any

from inventory.catalogue.models import Sku
from inventory.promises.operations import Demand
from inventory.supply.operations import (
    Counted,
    Delivery,
    Purchase,
    SupplierDetails,
    Wanted,
    announce_delivery,
    approve_transfer,
    dispatch_transfer,
    draft_purchase_order,
    place_purchase_order,
    promise_incoming,
    receive_order,
    receive_transfer,
    request_transfer,
    save_supplier,
)
from inventory.supply.queries import DatedSlip, TransferView, dated_slips, transfer_view
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.factories.stores import AssignmentFactory, EmployeeFactory
from tests.inventory.given import place, stocked

BOSS = Actor(ActorKind.ADMIN, "boss")
LAWS = {"S1", "S2", "S3", "S4", "S5", "S5b", "S5c", "S6", "P1", "P3", "P5", "O6"}


def two_places(units: int = 10, *, sku: str = "S-1") -> None:
    """Moscow has so many units, Petersburg has none."""
    for code in ("msk-1", "spb-1"):
        if not Store.objects.filter(code=code).exists():
            place(code)
    if units:
        stocked(units, sku=sku)
    elif not Sku.objects.filter(code=sku).exists():
        SkuFactory.create(code=sku)


def staff(store: str, role: str = "CLERK") -> Actor:
    """An employee of that place in that role."""
    employee = EmployeeFactory.create()
    AssignmentFactory.create(
        employee=employee, store=Store.objects.get(code=store), role=role
    )
    return Actor(ActorKind.STAFF, employee.code, employee.name, store=store)


def requested(units: int = 4, *, sku: str = "S-1", by: Actor = SYSTEM) -> str:
    """Petersburg asks Moscow for units."""
    return request_transfer(
        source_code="msk-1",
        target_code="spb-1",
        lines=[Wanted(sku, units)],
        by=by,
        at=NOON,
    )


def approved(units: int = 4, *, sku: str = "S-1") -> str:
    """Moscow keeps the units for Petersburg."""
    number = requested(units, sku=sku)
    approve_transfer(number=number, by=BOSS, at=NOON)
    return number


def sent(units: int = 4, *, sku: str = "S-1") -> str:
    """The units are on their way from Moscow to Petersburg."""
    number = approved(units, sku=sku)
    dispatch_transfer(number=number, by=SYSTEM, at=NOON)
    return number


def take_in(number: str, *counted: Counted, reference: str = "", by: Actor = SYSTEM) -> str:
    """Petersburg receives what came."""
    return receive_transfer(
        number=number, lines=counted, reference=reference, by=by, at=NOON
    )


def line_of(number: str) -> tuple[str, int, int, int, int]:
    """Status of a transfer; units sent, received, lost and on the road of its line."""
    view: TransferView = transfer_view(number)
    (line,) = view.lines
    return view.status, line.dispatched, line.received, line.lost, line.in_transit


def supplier(code: str = "svet", **details: Any) -> str:
    """A supplier as exact as told."""
    save_supplier(
        details=SupplierDetails(code=code, name="Свет", **details), by=SYSTEM, at=NOON
    )
    return code


def drafted(units: int = 10, *, sku: str = "S-1", **tolerance: Any) -> str:
    """An order of units for Moscow that is not placed yet."""
    two_places(0, sku=sku)
    return draft_purchase_order(
        supplier_code=supplier(**tolerance),
        store_code="msk-1",
        lines=[Purchase(sku, units)],
        by=SYSTEM,
        at=NOON,
    )


def ordered(units: int = 10, *, sku: str = "S-1", **tolerance: Any) -> str:
    """Units are to come to Moscow."""
    number = drafted(units, sku=sku, **tolerance)
    place_purchase_order(number=number, by=SYSTEM, at=NOON)
    return number


def announced(order: str, units: int, number: str = "N-1", *, days: int = 2) -> str:
    """The supplier says that units come in two days."""
    announce_delivery(
        order_number=order,
        delivery=Delivery(number, NOON + timedelta(days=days)),
        lines=[Wanted("S-1", units)],
        by=SYSTEM,
        at=NOON,
    )
    return number


def come(order: str, *counted: Counted, reference: str = "") -> str:
    """Goods of an order come to Moscow."""
    return receive_order(
        number=order, lines=counted, reference=reference, by=SYSTEM, at=NOON
    )


def dated(units: int, reference: str = "R-1", *, store: str = "msk-1") -> list[DatedSlip]:
    """Units of what is to come are kept for an order."""
    return promise_incoming(
        demands=[Demand(store, "S-1", units, "1")],
        owner=f"order:{reference}",
        reference=reference,
        by=SYSTEM,
        at=NOON,
    )


def waits(reference: str = "R-1") -> dict[str, int]:
    """How many units of a reference wait, have come, are broken."""
    units: Counter[str] = Counter()
    for slip in dated_slips(reference):
        units[slip.status] += slip.quantity
    return dict(units)
