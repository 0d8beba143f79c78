"""Questions about what tills sold."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q, Window
from django.db.models.functions import Coalesce, Lag

from omniretail.kernel.limits import limits
from orders.fulfilment.queries import short_name
from orders.ordering.models import Order
from orders.till.models import PosSale
from orders.till.receipts import Gap

SHORTEST_PHONE = 10


@dataclass(frozen=True)
class Receipt:
    """A till receipt that became an order."""

    receipt_number: str
    device_code: str
    store_code: str
    sequence: int
    sold_at: datetime
    order_number: str


def find_receipts(receipt_number: str) -> list[Receipt]:
    """Sales printed under this number, the latest first; tills may share numbers."""
    sales = (
        PosSale.objects.landed()
        .filter(receipt_number=receipt_number)
        .select_related("device__store", "order")
        .order_by("-sold_at", "-pk")
    )
    return [
        Receipt(
            receipt_number=sale.receipt_number,
            device_code=sale.device.code,
            store_code=sale.device.store.code,
            sequence=sale.sequence,
            sold_at=sale.sold_at,
            order_number=sale.order.number,
        )
        for sale in sales[: limits().page_size]
        if sale.order is not None
    ]


def last_sequence(device_code: str) -> int:
    """The highest sequence number that landed; nought before the first."""
    landed = PosSale.objects.landed().filter(device__code=device_code)
    return landed.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def missing_sequences(device_code: str) -> list[Gap]:
    """The holes in a till's sequence, at most as many as a page shows."""
    before = Coalesce(Window(Lag("sequence"), order_by="sequence"), 0)
    landed = (
        PosSale.objects.landed()
        .filter(device__code=device_code)
        .annotate(before=before)
        .filter(sequence__gt=F("before") + 1)
        .order_by("sequence")
    )
    rows = landed.values_list("before", "sequence")[: limits().page_size]
    return [Gap(before + 1, sequence - 1) for before, sequence in rows]


@dataclass(frozen=True)
class SaleFound:
    """A sale as the clerk tells it from others."""

    order_number: str
    receipt_number: str
    customer_name: str
    sold_at: datetime
    total_amount: Decimal
    currency: str
    channel: str
    status: str


def find_sales(text: str, *, by_phone: bool = True) -> list[SaleFound]:
    """Orders by their number, by a till's receipt number or by the customer's phone,
    the latest first."""
    wanted = Q(number=text.upper()) | Q(pos_sale__receipt_number=text)
    digits = "".join(ch for ch in text if ch.isdigit())
    if by_phone and len(digits) >= SHORTEST_PHONE:
        wanted |= Q(contact_phone__endswith=digits[-10:])
    orders = Order.objects.filter(wanted, placed_at__isnull=False)
    rows = orders.select_related("pos_sale").order_by("-placed_at", "-pk")
    return [_found(order) for order in rows[: limits().page_size]]


def _found(order: Order) -> SaleFound:
    sale: PosSale | None = getattr(order, "pos_sale", None)
    return SaleFound(
        order_number=order.number,
        receipt_number=sale.receipt_number if sale else "",
        customer_name=short_name(order.contact_name),
        sold_at=order.placed_at or order.opened_at,
        total_amount=order.total_amount,
        currency=order.currency,
        channel=order.channel,
        status=order.status,
    )
