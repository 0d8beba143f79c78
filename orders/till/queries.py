"""Questions about what tills sold."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import Coalesce, Lag

from omniretail.kernel.limits import limits
from orders.till.models import PosSale
from orders.till.receipts import Gap


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
