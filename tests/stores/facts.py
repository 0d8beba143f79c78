"""Facts of an order as the floor above tells them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from omniretail.contracts import orders as told
from tests.clock import NOON

CONTACT = told.Contact(
    name="Анна Ковалёва", phone="+79161234567", email="anna@example.ru", language="ru"
)


def order(number: str = "R-1", channel: str = "SITE", **changes: Any) -> told.OrderBrief:
    """An order placed at noon."""
    brief = told.OrderBrief(
        number=number,
        channel=channel,
        currency="RUB",
        customer_number=None,
        taken_at_store=None,
        taken_by=None,
        placed_at=NOON,
        page_url="/o/x/",
        contact=CONTACT,
    )
    return replace(brief, **changes)


def fulfilment(
    store_code: str,
    number: str = "F-1",
    kind: str = "COLLECT",
    amounts: Mapping[str, str] | None = None,
    **changes: Any,
) -> told.FulfilmentBrief:
    """A bag of one pair of headphones for 4,990 roubles unless told otherwise."""
    wanted = amounts or {"Наушники Sony WH-CH520": "4990.00"}
    brief = told.FulfilmentBrief(
        number=number,
        kind=kind,
        store_code=store_code,
        due_at=NOON + timedelta(hours=1),
        lines=tuple(
            told.LineBrief(
                line=position,
                sku_code=f"sku-{position}",
                name=name,
                quantity=1,
                net_amount=Decimal(amount),
                points_amount=Decimal(0),
            )
            for position, (name, amount) in enumerate(wanted.items(), start=1)
        ),
    )
    return replace(brief, **changes)


def fact(kind: type[Any], at: datetime | None = None, **facts: Any) -> Any:
    """A fact told at noon."""
    facts.setdefault("order", order())
    return kind(occurred_at=at or NOON, **facts)
