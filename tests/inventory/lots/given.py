"""History of lots, made by the operations themselves."""

from datetime import date, datetime, timedelta
from typing import Any

from inventory.catalogue.models import Sku
from inventory.lots.models import LotLevel, LotStep
from inventory.lots.operations import ToldLot, open_lots
from inventory.stock.demand import summed
from inventory.stock.models import Bucket
from inventory.stock.operations import Move, MovementKind, move_stock, opened_levels
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.codes import new_number
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import place

TODAY = NOON.date()
LAWS = {"S1", "S2", "S3", "S4", "S6b", "S11", "S11b", "P1", "P3", "P5"}


def in_days(days: int) -> date:
    """A day so many days from today."""
    return TODAY + timedelta(days=days)


def lot_sku(code: str = "S-1", *, left: int = 0, **fields: Any) -> str:
    """A SKU whose units are told apart by lots."""
    if not Sku.objects.filter(code=code).exists():
        SkuFactory.create(code=code, keeps_lots=True, shelf_life_left_days=left, **fields)
    return code


def lotted(
    units: int,
    lot: str,
    days: int,
    *,
    store: str = "msk-1",
    sku: str = "S-1",
    at: datetime = NOON,
) -> None:
    """Units of a lot that is good for so many days come into a place."""
    if not Store.objects.filter(code=store).exists():
        place(store)
    lot_sku(sku)
    open_lots(lines=[ToldLot(sku, lot, in_days(days))])
    (key,) = opened_levels(summed([((store, sku), units)])).values()
    move_stock(
        moves=[Move(key, units, Bucket.SUPPLIER, Bucket.ON_HAND, lots={lot: units})],
        kind=MovementKind.RECEIPT,
        reference=new_number("T"),
        by=SYSTEM,
        at=at,
    )


def lots(
    store: str = "msk-1", *, sku: str = "S-1", bucket: str = "ON_HAND"
) -> dict[str, int]:
    """Units by lot in one bucket of a place."""
    rows = LotLevel.objects.lying().filter(
        store__code=store, lot__sku__code=sku, bucket=bucket
    )
    return dict(rows.values_list("lot__code", "units"))


def taken(reference: str, *, sku: str = "S-1") -> dict[str, int]:
    """Units by lot that moved under this reference."""
    rows = LotStep.objects.filter(movement__reference=reference, movement__sku__code=sku)
    return dict(rows.values_list("lot__code", "quantity"))
