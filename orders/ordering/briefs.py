"""What the facts of an order say about it."""

from omniretail.contracts.orders import Contact, OrderBrief
from orders.ordering.links import order_url
from orders.ordering.models import Order


def order_brief(order: Order) -> OrderBrief:
    """The order as other floors need to know it."""
    return OrderBrief(
        number=order.number,
        channel=order.channel,
        currency=order.currency,
        customer_number=order.customer.number if order.customer else None,
        taken_at_store=order.taken_at_store.code if order.taken_at_store else None,
        taken_by=order.taken_by or None,
        placed_at=order.placed_at or order.opened_at,
        page_url=order_url(order.number),
        contact=Contact(
            name=order.contact_name,
            phone=order.contact_phone,
            email=order.contact_email,
            language=order.contact_language,
        ),
    )
