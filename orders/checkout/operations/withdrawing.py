"""Calling an order off: before its payment was answered, and after."""

from datetime import datetime

from django.db import transaction

from inventory.promises.operations import release_promises
from omniretail.contracts.orders import OrderCancelled
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.errors import DomainError, Kind
from orders.carts.operations import reopen_cart
from orders.fulfilment.operations import cancel_fulfilments, let_go
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order
from orders.ordering.operations import lock_order, mark_cancelled
from orders.ordering.reasons import CancelReason
from orders.payments.operations import want_rest_back, withdraw_card
from orders.payments.waking import wake_payments
from stores.people.queries import require


class OrderWithdrawn(DomainError):
    """This order was cancelled meanwhile."""

    kind = Kind.CONFLICT


class OrderEnded(DomainError):
    """This order is completed. Bring the goods back to any store instead."""

    kind = Kind.CONFLICT


@transaction.atomic
def cancel_order(*, number: str, reason: str, by: Actor, at: datetime) -> None:
    """Call off a whole order of which nothing was handed over. Harmless twice.

    Stock is free again, points are back, and the money is let go or given back.

    Raises:
        OrderNotFound: no order has this number.
        AlreadyHandedOver: the customer or a carrier has some of it.
        OrderEnded: it is completed.
    """
    order = lock_order(number)
    if by.kind == ActorKind.STAFF:
        require(by, "orders.cancel", by.store or "", at)
    if order.status == Order.Status.CANCELLED:
        return
    if order.status == Order.Status.COMPLETED:
        raise OrderEnded(order=number)
    if order.status == Order.Status.PENDING:
        take_back(order=order, reason=reason, by=by, at=at)
        return
    cancel_fulfilments(order=order, reason=reason, by=by, at=at)
    want_rest_back(order=order, reference=number, by=by, at=at)
    mark_cancelled(order=order, reason=reason, at=at)
    outbox.publish(
        OrderCancelled(
            order=order_brief(order),
            reason=reason,
            total_amount=order.total_amount,
            occurred_at=at,
        )
    )


@transaction.atomic
def give_up(*, number: str, at: datetime) -> None:
    """Stop waiting for a payment nobody could tell us about."""
    order = lock_order(number)
    if order.status == Order.Status.PENDING:
        take_back(order=order, reason=CancelReason.PAYMENT_UNCLEAR, by=SYSTEM, at=at)


@transaction.atomic
def take_back(*, order: Order, reason: str, by: Actor, at: datetime) -> None:
    """Undo the reservation of a locked order that never stood; the cart opens again.

    Nobody was told of it, so nobody is told that it is gone.
    """
    wake_payments(withdraw_card(order=order, at=at))
    release_promises(reference=order.number, by=by, at=at)
    let_go(order)
    want_rest_back(order=order, reference=order.number, by=by, at=at)
    mark_cancelled(order=order, reason=reason, at=at)
    if order.cart_id is not None:
        reopen_cart(cart_id=order.cart_id, at=at)
