"""Questions about what came back; answers are values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from inventory.catalogue.kits import shelf_codes
from inventory.catalogue.queries import kits
from inventory.stock.queries import goods_with_serials, serials_with_customer
from orders.ordering.queries import OrderView
from orders.returns.models import Return


@dataclass(frozen=True)
class ReturnLineView:
    """Units of one order line that came back."""

    position: int
    sku_code: str
    name: str
    quantity: int
    disposition: str
    serials: tuple[str, ...]
    refund_amount: Decimal
    points_amount: Decimal


@dataclass(frozen=True)
class ReturnView:
    """One visit in which a customer brought goods back."""

    number: str
    order_number: str
    store_code: str
    received_at: datetime
    received_by: str
    reason: str
    refund_amount: Decimal
    lines: tuple[ReturnLineView, ...]


@dataclass(frozen=True)
class ScannedUnit:
    """A unit the customer has, known by its number."""

    sku_code: str
    number: str


@dataclass(frozen=True)
class ReturnableLine:
    """Units of an order line that the customer has and may bring back; of serialised
    goods, those that were scanned on their way out (of a kit, those of its parts)."""

    position: int
    sku_code: str
    name: str
    quantity: int
    unit_amount: Decimal
    is_serialised: bool
    serials: tuple[ScannedUnit, ...]


def returnable_lines(order: OrderView) -> list[ReturnableLine]:
    """What the customer has of an order, line by line."""
    lines = [
        line for line in order.lines if line.fulfilled_quantity > line.returned_quantity
    ]
    codes = {line.sku_code for line in lines}
    named = goods_with_serials(codes)
    theirs = sorted(serials_with_customer(order.number)) if named else []
    made_up = kits(named)
    return [
        ReturnableLine(
            position=line.position,
            sku_code=line.sku_code,
            name=line.name,
            quantity=line.fulfilled_quantity - line.returned_quantity,
            unit_amount=line.net_amount / line.quantity,
            is_serialised=line.sku_code in named,
            serials=tuple(
                ScannedUnit(sku, number)
                for sku, number in theirs
                if sku in shelf_codes([line.sku_code], made_up)
            ),
        )
        for line in lines
    ]


def return_views(order_number: str) -> list[ReturnView]:
    """All returns of an order, the oldest first."""
    found = (
        Return.objects.of_order(order_number)
        .select_related("order", "store")
        .prefetch_related("lines__order_line")
    )
    return [_view(record) for record in found]


def _view(record: Return) -> ReturnView:
    return ReturnView(
        number=record.number,
        order_number=record.order.number,
        store_code=record.store.code,
        received_at=record.received_at,
        received_by=record.received_by,
        reason=record.reason,
        refund_amount=record.refund_amount,
        lines=tuple(
            ReturnLineView(
                position=line.order_line.position,
                sku_code=line.order_line.sku_code,
                name=line.order_line.name,
                quantity=line.quantity,
                disposition=line.disposition,
                serials=tuple(line.serials),
                refund_amount=line.refund_amount,
                points_amount=line.points_amount,
            )
            for line in record.lines.all()
        ),
    )
