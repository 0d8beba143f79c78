"""When every line of an order has come to an end, the order has too."""

from datetime import datetime

from omniretail.contracts.orders import OrderCancelled, OrderCompleted
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.models.fulfilment import AT_THE_STORE
from orders.fulfilment.operations.telling import tell
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order
from orders.ordering.operations import mark_cancelled

UNDER_WAY = (*AT_THE_STORE, Fulfilment.Status.SHIPPED)


def settle_order(order: Order, *, at: datetime, reason: str = "") -> None:
    """Complete the order once nothing is under way; cancel it if nothing was delivered.

    `reason` is why the last of it was called off, if it was.
    """
    if order.fulfilments.filter(status__in=UNDER_WAY).exists():
        return
    lines = list(order.lines.all())
    if any(
        line.fulfilled_quantity + line.cancelled_quantity < line.quantity for line in lines
    ):
        return
    if any(line.fulfilled_quantity for line in lines):
        complete_order(order, at)
    else:
        _cancel(order, at, reason)


def complete_order(order: Order, at: datetime) -> None:
    """Everything that was not called off is with the customer."""
    order.become(Order.Status.COMPLETED)
    order.completed_at = at
    order.save(update_fields=["status", "completed_at"])
    tell(OrderCompleted(order=order_brief(order), occurred_at=at))


def _cancel(order: Order, at: datetime, reason: str) -> None:
    mark_cancelled(order=order, reason=reason, at=at)
    tell(
        OrderCancelled(
            order=order_brief(order),
            reason=reason,
            total_amount=order.total_amount,
            occurred_at=at,
        )
    )
