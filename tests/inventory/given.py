"""History of stock, made by the operations themselves."""

from datetime import datetime, timedelta
from typing import Any

from inventory.catalogue.models import Sku
from inventory.catalogue.operations import make_up_kit
from inventory.promises.operations import Demand, PromiseSlip, allocate_stock, hold_stock
from inventory.stock.models import SHELVES, StockLevel
from inventory.stock.operations import (
    USUAL,
    Moved,
    Placement,
    move_units,
    receive_stock,
)
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.codes import new_number
from stores.network.models import Store
from stores.network.operations import StoreDetails, save_store
from tests.clock import NOON
from tests.factories.inventory import SkuFactory

SOON = NOON + timedelta(minutes=15)


def place(code: str = "msk-1", **details: Any) -> str:
    """A place in business, at the Moscow Kremlin unless told otherwise."""
    known: dict[str, Any] = {
        "kind": "STORE",
        "name": code.title(),
        "city": "Москва",
        "address": "Тверская, 1",
        "latitude": 55.75,
        "longitude": 37.62,
        "time_zone": "Europe/Moscow",
        "opening_hours": "Mo-Su 10:00-22:00",
        "currency": "RUB",
    }
    save_store(details=StoreDetails(code=code, **(known | details)), by=SYSTEM, at=NOON)
    return code


def stocked(units: int, *, store: str = "msk-1", sku: str = "S-1") -> tuple[str, str]:
    """A place that has just received so many units of a SKU."""
    if not Store.objects.filter(code=store).exists():
        place(store)
    if not Sku.objects.filter(code=sku).exists():
        SkuFactory.create(code=sku)
    receive_stock(
        store_code=store,
        lines=[(sku, units)],
        reference=new_number("T"),
        by=SYSTEM,
        at=NOON,
    )
    return store, sku


def held(
    *demands: Demand,
    reference: str = "cart-1",
    owner: str = "cart:1",
    ends_at: datetime = SOON,
    at: datetime = NOON,
) -> list[PromiseSlip]:
    """Units kept until a quarter past noon."""
    return hold_stock(
        demands=demands, owner=owner, reference=reference, ends_at=ends_at, by=SYSTEM, at=at
    )


def allocated(*demands: Demand, reference: str = "R-1") -> list[PromiseSlip]:
    """Units kept for an order."""
    return allocate_stock(demands=demands, reference=reference, by=SYSTEM, at=NOON)


def wanted(
    units: int, *, store: str = "msk-1", sku: str = "S-1", line: str = "1"
) -> Demand:
    """A demand for so many units."""
    return Demand(store, sku, units, line)


def kit(code: str = "K-1", parts: dict[str, int] | None = None, **terms: Any) -> str:
    """A SKU that is sold from parts; parts the catalogue does not have are made."""
    parts = {"S-1": 1, "S-2": 2} if parts is None else parts
    for one in (code, *parts):
        if not Sku.objects.filter(code=one).exists():
            SkuFactory.create(code=one, **terms)
    make_up_kit(sku_code=code, parts=parts, by=SYSTEM, at=NOON)
    return code


def moved(
    units: int, way: str, *, store: str = "msk-1", sku: str = "S-1", **terms: Any
) -> Moved:
    """Units of a SKU brought from one bucket of the place to another, for the usual
    reason: "ON_HAND>DAMAGED"."""
    source, target = way.split(">")
    known: dict[str, Any] = {"reason": USUAL[target], "by": SYSTEM, "at": NOON}
    lines = [Placement(sku, units, source, target)]
    return move_units(store_code=store, lines=lines, **(known | terms))


def lying(store: str = "msk-1", sku: str = "S-1") -> dict[str, int]:
    """What lies in which bucket of the place, empty ones left out."""
    level = StockLevel.objects.get(store__code=store, sku__code=sku)
    return {bucket: level.holds(bucket) for bucket in SHELVES if level.holds(bucket)}


def figures(store: str = "msk-1", sku: str = "S-1") -> tuple[int, int]:
    """What is on hand and what of it is reserved."""
    level = StockLevel.objects.get(store__code=store, sku__code=sku)
    return level.on_hand, level.reserved
