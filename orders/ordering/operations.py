"""Writing an order down."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.market import known_language
from omniretail.kernel.realtime import nudge
from orders.carts.queries import Recipient
from orders.ordering.models import Order, OrderLine
from orders.ordering.pricing import OrderPrice
from orders.ordering.queries import OrderNotFound


class CartOrderedAlready(DomainError):
    """This cart was ordered already."""

    kind = Kind.CONFLICT
    constraints = ("one_live_order_per_cart",)


@dataclass(frozen=True)
class OrderItem:
    """What a line of a new order sells; its price comes beside it."""

    sku_id: int
    sku_code: str
    name: str
    intent: str
    store_id: int | None = None
    price_override: str = ""


@dataclass(frozen=True)
class OrderHead:
    """Whose order it is, and where and by whom it was taken."""

    channel: str
    recipient: Recipient
    customer_id: int | None = None
    cart_id: int | None = None
    taken_at_store_id: int | None = None
    taken_by: str = ""
    price_override: str = ""


def lock_order(number: str) -> Order:
    """The order, locked for the rest of the transaction.

    Raises:
        OrderNotFound: no order has this number.
    """
    order = Order.objects.locked().filter(number=number).first()
    if order is None:
        raise OrderNotFound(order=number)
    return order


def lock_orders(numbers: Collection[str]) -> dict[str, Order]:
    """Those of these orders that exist, locked in key order."""
    if not numbers:
        return {}
    return {row.number: row for row in Order.objects.locked().filter(number__in=numbers)}


@transaction.atomic
def open_order(
    *,
    head: OrderHead,
    items: Sequence[OrderItem],
    price: OrderPrice,
    at: datetime,
    number: str | None = None,
) -> Order:
    """Write a new order down, waiting for its payment.

    `items` and `price.lines` belong together one by one.
    """
    recipient = head.recipient
    order = Order.objects.create(
        number=number or new_number("R"),
        cart_id=head.cart_id,
        customer_id=head.customer_id,
        contact_name=recipient.name,
        contact_phone=recipient.phone,
        contact_email=recipient.email,
        contact_language=known_language(recipient.language),
        city=recipient.city,
        address=recipient.address,
        postal_code=recipient.postal_code,
        latitude=recipient.latitude,
        longitude=recipient.longitude,
        channel=head.channel,
        taken_at_store_id=head.taken_at_store_id,
        taken_by=head.taken_by,
        price_override=head.price_override,
        currency=price.currency,
        items_amount=price.items_amount,
        discount_amount=price.discount_amount,
        delivery_amount=price.delivery_amount,
        total_amount=price.total_amount,
        tax_amount=price.tax_amount,
        opened_at=at,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            sku_id=item.sku_id,
            sku_code=item.sku_code,
            name=item.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount_amount=line.discount_amount,
            net_amount=line.net_amount,
            tax_rate=line.tax_rate,
            tax_amount=line.tax_amount,
            points_amount=line.points_amount,
            price_override=item.price_override,
            intent=item.intent,
            store_id=item.store_id,
        )
        for position, (item, line) in enumerate(
            zip(items, price.lines, strict=True), start=1
        )
    )
    return order


def mark_placed(*, order: Order, at: datetime) -> None:
    """The order stands: stock is promised and payment authorised."""
    order.become(Order.Status.PLACED)
    order.placed_at = at
    order.save(update_fields=["status", "placed_at"])
    nudge(f"order.{order.number}")


def mark_cancelled(*, order: Order, reason: str, at: datetime) -> None:
    """The whole order is called off; units not called off yet are so now."""
    order.become(Order.Status.CANCELLED)
    order.cancelled_at = at
    order.cancel_reason = reason
    order.save(update_fields=["status", "cancelled_at", "cancel_reason"])
    order.lines.all().call_off_rest()
    nudge(f"order.{order.number}")
