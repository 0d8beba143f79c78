"""Questions about an order's money."""

from dataclasses import dataclass
from decimal import Decimal

from orders.payments.models import Tender


@dataclass(frozen=True)
class TenderView:
    """One means of payment of an order and what became of its money."""

    kind: str
    status: str
    amount: Decimal
    points: int
    authorised_amount: Decimal
    captured_amount: Decimal
    voided_amount: Decimal
    refunded_amount: Decimal
    refusal: str


def tender_views(order_number: str) -> list[TenderView]:
    """How an order is paid, in the order in which the tenders were given."""
    rows = Tender.objects.filter(order__number=order_number).order_by("pk")
    return [TenderView(*row) for row in rows.values_list(*TenderView.__dataclass_fields__)]
