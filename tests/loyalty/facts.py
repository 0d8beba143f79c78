"""Facts of an imaginary order, as the orders floor would tell them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from omniretail.contracts.base import Fact
from omniretail.contracts.orders import (
    Contact,
    FulfilmentBrief,
    FulfilmentCancelled,
    FulfilmentCollected,
    FulfilmentDelivered,
    FulfilmentLate,
    FulfilmentLinesShort,
    FulfilmentReady,
    FulfilmentShipped,
    FulfilmentUncovered,
    LineBrief,
    OrderBrief,
    OrderCancelled,
    OrderPlaced,
    OrderReturned,
)
from tests.clock import NOON

NUMBER = "R-1111-2222"


def contact(**given: Any) -> Contact:
    return Contact(
        **{
            "name": "Анна",
            "phone": "+79121234567",
            "email": "anna@example.com",
            "language": "ru",
            **given,
        }
    )


def brief(**given: Any) -> OrderBrief:
    return OrderBrief(
        **{
            "number": NUMBER,
            "channel": "SITE",
            "currency": "RUB",
            "customer_number": None,
            "taken_at_store": None,
            "taken_by": None,
            "placed_at": NOON,
            "page_url": "http://shop/o/x/",
            "contact": contact(),
            **given,
        }
    )


def line(number: int = 1, quantity: int = 2, net: str = "2000.00", points: str = "0"):  # type: ignore[no-untyped-def]
    return LineBrief(
        line=number,
        sku_code=f"S-{number}",
        name=f"Смартфон «Берёза {number}»",
        quantity=quantity,
        net_amount=Decimal(net),
        points_amount=Decimal(points),
    )


def part(kind: str = "COLLECT", *lines: LineBrief, store: str = "S-1") -> FulfilmentBrief:
    return FulfilmentBrief(
        number="F-1",
        kind=kind,
        store_code=store,
        due_at=NOON + timedelta(hours=2),
        lines=lines or (line(),),
    )


def every_told_fact(order: OrderBrief, at: datetime = NOON) -> dict[str, Fact]:
    """One fact of each kind that customers are told about, by the template used."""
    told: dict[str, Any] = {"order": order, "occurred_at": at}
    bag = told | {"fulfilment": part()}
    parcel = told | {"fulfilment": part("SHIP")}
    late = timedelta(days=7)
    return {
        "placed": OrderPlaced(
            total_amount=Decimal("2390.00"), fulfilments=(part(), part("SHIP")), **told
        ),
        "ready": FulfilmentReady(bay="A1", keep_until=NOON + late, **bag),
        "late": FulfilmentLate(**bag),
        "short": FulfilmentLinesShort(outcome="REFUNDED", units_left=1, **bag),
        "moved": FulfilmentLinesShort(
            outcome="RESOURCED",
            units_left=1,
            **{**parcel, "occurred_at": at + timedelta(seconds=1)},
        ),
        "lacking": FulfilmentUncovered(**bag),
        "shipped": FulfilmentShipped(
            by="E-1", tracking_number="RU123", ready_at=None, **parcel
        ),
        "delivered": FulfilmentDelivered(**parcel),
        "expired": FulfilmentCancelled(reason="EXPIRED", **bag),
        "cancelled": OrderCancelled(
            reason="CUSTOMER", total_amount=Decimal("2390.00"), **told
        ),
        "returned": OrderReturned(
            return_number="RT-1",
            store_code="S-1",
            sold_by_stores=("S-1",),
            lines=(line(),),
            refund_amount=Decimal("2000.00"),
            by="E-1",
            **told,
        ),
    }


def collected(order: OrderBrief, *lines: LineBrief) -> FulfilmentCollected:
    return FulfilmentCollected(
        order=order,
        fulfilment=part("COLLECT", *lines),
        by="E-1",
        ready_at=None,
        occurred_at=NOON,
    )
