"""The moment goods leave the place: stock, money and the order line move together."""

from datetime import datetime
from decimal import Decimal

from django.db.models import F

from inventory.promises.operations import consume_promises
from omniretail.contracts.orders import FulfilmentCollected
from omniretail.kernel.actors import Actor
from orders.fulfilment.briefs import fulfilment_brief, worth_of
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations.looking_up import locked_lines
from orders.fulfilment.operations.lots import lots_leaving
from orders.fulfilment.operations.serials import leaving_serials
from orders.fulfilment.operations.settling import settle_order
from orders.fulfilment.operations.telling import tell
from orders.ordering.briefs import order_brief
from orders.ordering.models import OrderLine
from orders.payments.operations import want_capture


def release_to_customer(fulfilment: Fulfilment, *, by: Actor, at: datetime) -> None:
    """The customer takes the goods: capture, stock out, line fulfilled, all told.

    Raises:
        IllegalTransition: it is not there to be taken.
    """
    fulfilment.become(Fulfilment.Status.COLLECTED)
    fulfilment.collected_at = at
    leave_place(fulfilment, by=by, at=at)
    tell(
        FulfilmentCollected(
            order=order_brief(fulfilment.order),
            fulfilment=fulfilment_brief(fulfilment),
            by=by.key,
            ready_at=fulfilment.ready_at,
            occurred_at=at,
        )
    )
    settle_order(fulfilment.order, at=at)


def leave_place(fulfilment: Fulfilment, *, by: Actor, at: datetime) -> None:
    """Save who released it, ask for the money, consume the bag's own allocations."""
    fulfilment.released_by = by.key
    fulfilment.released_in = by.store or fulfilment.store.code
    fulfilment.save()
    lines = [line for line in locked_lines(fulfilment) if line.live_quantity]
    amount = money_of(fulfilment, lines)
    if amount:
        want_capture(
            order=fulfilment.order, amount=amount, reference=fulfilment.number, at=at
        )
    for line in lines:
        OrderLine.objects.filter(pk=line.order_line_id).update(
            fulfilled_quantity=F("fulfilled_quantity") + line.live_quantity
        )
    consume_promises(
        reference=fulfilment.order.number,
        lines={line.promise_line: line.live_quantity for line in lines},
        serials=leaving_serials(fulfilment, at),
        lots=lots_leaving(fulfilment, lines, at=at),
        by=by,
        at=at,
    )


def money_of(fulfilment: Fulfilment, lines: list[FulfilmentLine]) -> Decimal:
    """What is to be paid in money for these lines and their delivery."""
    goods = sum((worth_of(line).money_amount for line in lines), Decimal(0))
    delivery: Decimal = fulfilment.delivery_amount
    return goods + delivery
