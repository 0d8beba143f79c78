"""Points follow what happens to orders."""

from decimal import Decimal

from loyalty.points.operations import LineBase, claw_back, earn_points
from omniretail.contracts.orders import (
    FulfilmentCollected,
    FulfilmentDelivered,
    LineBrief,
    OrderReturned,
)
from omniretail.kernel.actors import SYSTEM


def reward_collection(fact: FulfilmentCollected) -> None:
    """The customer took the goods away: points for them."""
    _reward(fact)


def reward_delivery(fact: FulfilmentDelivered) -> None:
    """The parcel arrived: points for what was in it."""
    _reward(fact)


def claw_back_returned(fact: OrderReturned) -> None:
    """Goods came back: their points go too."""
    if fact.order.customer_number is None:
        return
    claw_back(
        customer_number=fact.order.customer_number,
        reference=fact.return_number,
        order_number=fact.order.number,
        lines=_bases(fact.lines),
        by=SYSTEM,
        at=fact.occurred_at,
    )


def _reward(fact: FulfilmentCollected | FulfilmentDelivered) -> None:
    if fact.order.customer_number is None:
        return
    earn_points(
        customer_number=fact.order.customer_number,
        reference=fact.fulfilment.number,
        order_number=fact.order.number,
        lines=_bases(fact.fulfilment.lines),
        currency=fact.order.currency,
        by=SYSTEM,
        at=fact.occurred_at,
    )


def _bases(lines: tuple[LineBrief, ...]) -> list[LineBase]:
    """What was paid in money, per line."""
    return [
        LineBase(brief.line, max(brief.net_amount - brief.points_amount, Decimal(0)))
        for brief in lines
    ]
