"""A checkout that meets an empty shelf leaves a note of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from inventory.promises.operations import NotEnoughStock
from inventory.replenishment.operations import record_lost_demand
from omniretail.kernel.actors import Actor
from orders.carts.models import Channel
from orders.checkout.operations.reserving import Terms


@contextmanager
def noting_what_is_missing(
    *, token: str, terms: Terms, by: Actor, at: datetime
) -> Iterator[None]:
    """Once the reservation is undone, write down what it lacked; the refusal goes on. A
    cart counts once a day, however often it is tried."""
    try:
        yield
    except NotEnoughStock as short:
        facts = short.facts
        wanted, free = facts.get("wanted"), facts.get("available")
        if isinstance(wanted, int) and isinstance(free, int) and wanted > free:
            record_lost_demand(
                sku_code=str(facts["sku"]),
                store_code=str(facts["store"]) if facts.get("store") else None,
                quantity=wanted - max(free, 0),
                channel=terms.channel or Channel.SITE,
                session=f"cart:{token}",
                by=by,
                at=at,
            )
        raise
