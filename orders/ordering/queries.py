"""Questions about orders; doors and other wings get values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from omniretail.kernel.errors import DomainError, Kind
from orders.ordering.models import Order, OrderLine


class OrderNotFound(DomainError):
    """There is no such order."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class OrderLineView:
    """Units of one SKU at one price, and how many went which way."""

    position: int
    sku_code: str
    name: str
    quantity: int
    cancelled_quantity: int
    fulfilled_quantity: int
    returned_quantity: int
    unit_price: Decimal
    discount_amount: Decimal
    net_amount: Decimal
    tax_rate: Decimal
    tax_amount: Decimal
    points_amount: Decimal
    intent: str
    store_code: str | None


@dataclass(frozen=True)
class OrderView:
    """An order as it stands."""

    number: str
    status: str
    channel: str
    customer_number: str | None
    contact_name: str
    contact_phone: str
    contact_email: str
    contact_language: str
    city: str
    address: str
    postal_code: str
    taken_at_store: str | None
    taken_by: str
    currency: str
    items_amount: Decimal
    discount_amount: Decimal
    delivery_amount: Decimal
    total_amount: Decimal
    tax_amount: Decimal
    opened_at: datetime
    placed_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    lines: tuple[OrderLineView, ...]


def order_view(number: str) -> OrderView:
    """The order of that number.

    Raises:
        OrderNotFound: no order has this number.
    """
    order = (
        Order.objects.select_related("customer", "taken_at_store")
        .filter(number=number)
        .first()
    )
    if order is None:
        raise OrderNotFound(order=number)
    lines = OrderLine.objects.filter(order=order).select_related("store")
    return view_of(order, list(lines.order_by("position")))


def view_of(order: Order, lines: list[OrderLine]) -> OrderView:
    """Rows at hand as a value."""
    return OrderView(
        customer_number=order.customer.number if order.customer else None,
        taken_at_store=order.taken_at_store.code if order.taken_at_store else None,
        lines=tuple(_line(line) for line in lines),
        **{name: getattr(order, name) for name in _ORDER_FIELDS},
    )


def _line(line: OrderLine) -> OrderLineView:
    return OrderLineView(
        store_code=line.store.code if line.store else None,
        **{name: getattr(line, name) for name in _LINE_FIELDS},
    )


_ORDER_FIELDS = tuple(
    name
    for name in OrderView.__dataclass_fields__
    if name not in {"customer_number", "taken_at_store", "lines"}
)
_LINE_FIELDS = tuple(
    name for name in OrderLineView.__dataclass_fields__ if name != "store_code"
)
