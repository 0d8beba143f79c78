"""Suppliers, and what is on its way when the chain opens."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from django.db import transaction

from inventory.lots.queries import lot_rules
from inventory.replenishment.operations import (
    PolicyDetails,
    propose_everything,
    refresh_velocities,
    save_policy,
)
from inventory.stock.queries import levels, serialised
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
    receive_blind,
    request_transfer,
    save_supplier,
)
from inventory.supply.queries import PurchaseOrderNotFound, purchase_view
from omniretail.kernel.actors import SYSTEM
from orders.trading_day.reference import (
    MAIN_STORE,
    Chain,
    Place,
    read_chain,
    read_rows,
)
from orders.trading_day.scanning import new_serial
from stores.network.queries import open_stores

FIRST, SECOND, NOTE, LOTS = "PO-1001", "PO-1002", "DN-20011", "DN-20007"
_ARTICLES = 3
_OF_EACH_LOT = 12
_LOTS = (("1", 12), ("2", 640))
"""A lot, and for how many days it may be sold."""


def load_suppliers(folder: Path, *, at: datetime) -> int:
    """Take the suppliers up; answers how many are new."""
    return sum(
        save_supplier(
            details=SupplierDetails(
                code=row["code"],
                name=row["name"],
                lead_time_days=int(row["lead_time_days"]),
                over_percent=int(row["over_percent"]),
                under_percent=int(row["under_percent"]),
            ),
            by=SYSTEM,
            at=at,
        )
        for row in read_rows(folder, "suppliers")
    )


def load_policies(folder: Path, *, at: datetime) -> int:
    """Write down how shelves are kept; answers how many policies are new. What that
    means for today's shelves is proposed at once."""
    new = sum(
        save_policy(
            details=PolicyDetails(
                code=row["code"],
                store_code=row["store_code"],
                category_code=row["category_code"],
                sku_code=row["sku_code"],
                service_level=Decimal(row["service_level"]),
                lead_time_days=Decimal(row["lead_time_days"]),
                lead_time_deviation=Decimal(row["lead_time_deviation"]),
                review_days=Decimal(row["review_days"]),
                pack_size=int(row["pack_size"]),
                least_order=int(row["least_order"]),
                least_on_hand=int(row["least_on_hand"]),
                supplier_code=row["supplier_code"],
                source_code=row["source_code"],
            ),
            by=SYSTEM,
            at=at,
        )
        for row in read_rows(folder, "reorder_policies")
    )
    if new:
        for place in open_stores(at):
            refresh_velocities(store_code=place.code, at=at)
        propose_everything(at=at)
    return new


@transaction.atomic
def open_supply(folder: Path, *, at: datetime) -> int:
    """Two orders to suppliers, one of them announced, a transfer on the road, and lots
    that have come; a chain that has them keeps them as they are. Answers how many
    documents are new."""
    try:
        purchase_view(FIRST)
    except PurchaseOrderNotFound:
        pass
    else:
        return 0
    chain = read_chain(folder)
    depot = next(place for place in chain.places if not place.is_store)
    shop = chain.place(MAIN_STORE)
    stocked = _stocked(depot)
    _order(FIRST, "severny-svet", depot, stocked, 40, at)
    _order(SECOND, "volga-trade", shop, stocked, 6, at)
    announce_delivery(
        order_number=SECOND,
        delivery=Delivery(NOTE, at + timedelta(hours=3)),
        lines=[Wanted(sku, 4) for sku in stocked],
        by=SYSTEM,
        at=at,
    )
    _send(depot, shop, stocked, at)
    return 3 + sum(_receive_lots(chain, place, at) for place in (depot, shop))


def _order(
    number: str, supplier: str, place: Place, skus: Sequence[str], units: int, at: datetime
) -> None:
    draft_purchase_order(
        supplier_code=supplier,
        store_code=place.code,
        lines=[Purchase(sku, units) for sku in skus],
        number=number,
        by=SYSTEM,
        at=at,
    )
    place_purchase_order(number=number, by=SYSTEM, at=at)


def _send(depot: Place, shop: Place, skus: Sequence[str], at: datetime) -> None:
    number = request_transfer(
        source_code=depot.code,
        target_code=shop.code,
        lines=[Wanted(sku, 2) for sku in skus],
        reason="Пополнение полки",
        by=SYSTEM,
        at=at,
    )
    approve_transfer(number=number, by=SYSTEM, at=at)
    chance = Random(number)  # noqa: S311 - a play, not a secret
    dispatch_transfer(
        number=number,
        expected_at=at + timedelta(hours=5),
        serials={sku: [new_serial(chance) for _ in "12"] for sku in serialised(skus)},
        by=SYSTEM,
        at=at,
    )


def _receive_lots(chain: Chain, place: Place, at: datetime) -> int:
    """Of all goods that keep lots, an old and a fresh one come; answers how often."""
    lotted = lot_rules([article.sku_code for article in chain.articles])
    lines = [
        Counted(
            sku,
            _OF_EACH_LOT,
            lot=f"{sku}/{name}",
            expires_on=at.date() + timedelta(days=rule.shelf_life_left_days + on_sale),
        )
        for sku, rule in sorted(lotted.items())
        for name, on_sale in _LOTS
    ]
    if lines:
        receive_blind(store_code=place.code, lines=lines, by=SYSTEM, at=at, reference=LOTS)
    return 1 if lines else 0


def _stocked(depot: Place) -> list[str]:
    """Articles of which the depot has enough to give some away."""
    found = levels(depot.code).values()
    return [level.sku_code for level in found if level.available > 5][:_ARTICLES]
