"""Saying what happened to a bag: the fact for others, a nudge for whoever looks on."""

from omniretail.contracts.orders import OrderFact
from omniretail.kernel import outbox
from omniretail.kernel.realtime import nudge


def tell(fact: OrderFact) -> None:
    """Publish the fact and let open pages of the order look again after the commit."""
    outbox.publish(fact)
    nudge(f"order.{fact.order.number}")
