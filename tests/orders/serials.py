"""Phones with serial numbers: ordered, picked, handed over and brought back."""

from typing import Any

from inventory.stock.models import Serial
from inventory.stock.operations import adjust_stock
from inventory.supply.operations import Counted, receive_blind
from omniretail.kernel.actors import SYSTEM
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations import hand_over, mark_ready, pick_unit
from orders.ordering.models import Order
from orders.returns.operations import ReturnItem, return_order
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, bag_of, code_of, placed_order

LAWS = {"S1", "S3", "S4", "S10", "S10b", "F1", "F4", "F5", "P3", "P3b", "P4", "O4"}
PHONE_GTIN = "4006381333931"
PHONE_SYMBOL = f"01{PHONE_GTIN.zfill(14)}"


def come(*numbers: str, store: str = "tverskaya") -> None:
    """Units with these numbers come without a document."""
    receive_blind(
        store_code=store,
        lines=[Counted("PHONE", len(numbers), serials=numbers)],
        by=SYSTEM,
        at=NOON,
    )


def corrected(on_hand: int) -> None:
    """Somebody looked: there are so many."""
    adjust_stock(
        store_code="tverskaya",
        sku_code="PHONE",
        on_hand=on_hand,
        reason="LOST",
        by=SYSTEM,
        at=NOON,
    )


def ordered(units: int = 1, *, sku: str = "PHONE", kind: str = "COLLECT") -> Fulfilment:
    """Somebody orders phones from Tverskaya."""
    return bag_of(placed_order([Ordered(sku, units, "tverskaya", kind)]), kind)


def picked(bag: Fulfilment, code: str, shops: Town, **more: Any) -> FulfilmentLine:
    """One scan at the shelf."""
    clerk = shops.clerk("tverskaya")
    return pick_unit(number=bag.number, code=code, by=clerk, at=NOON, **more)


def handed_over(bag: Fulfilment, shops: Town) -> Order:
    """The bag stands ready, and its customer comes."""
    clerk = shops.clerk("tverskaya")
    mark_ready(number=bag.number, bay="A-1", by=clerk, at=NOON)
    hand_over(number=bag.number, code=code_of(bag.order), by=clerk, at=NOON)
    return bag.order


def back(order: Order, shops: Town, *numbers: str, units: int | None = None) -> None:
    """The customer brings units to the Arbat store."""
    return_order(
        order_number=order.number,
        store_code="arbat",
        items=[ReturnItem(1, len(numbers) if units is None else units, serials=numbers)],
        by=shops.clerk("arbat"),
        at=NOON,
    )


def where(number: str) -> str:
    """Where a unit is."""
    found = Serial.objects.select_related("store").get(number=number)
    return f"{found.store.code} {found.bucket}" if found.store else str(found.bucket)
