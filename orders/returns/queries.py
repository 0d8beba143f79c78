"""Questions about what came back; answers are values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

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
