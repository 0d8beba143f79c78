"""What a fact counts for, and who gets the credit. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from omniretail.contracts.orders import FulfilmentBrief, OrderBrief
from omniretail.kernel.money import Money

ONLINE_CHANNELS: frozenset[str] = frozenset({"SITE", "APP", "PHONE"})

Amounts = dict[str, int | Decimal]


@dataclass(frozen=True)
class Score:
    """One line for the ledger: what happened, where, and what it changes."""

    kind: str
    reference: str
    order_number: str
    store_code: str
    channel: str
    currency: str
    at: datetime
    amounts: Amounts = field(default_factory=dict)


def credit_store(order: OrderBrief, fulfilment: FulfilmentBrief) -> str:
    """Whose sale it is: the store that took the order, else the store that served it."""
    return order.taken_at_store or fulfilment.store_code


def main_fulfilment(fulfilments: Sequence[FulfilmentBrief]) -> FulfilmentBrief:
    """The one an order of several counts with: the largest, then the first by number."""
    return min(fulfilments, key=lambda one: (-one.net_amount, one.number))


def pickup_amounts(due_at: datetime, ready_at: datetime | None) -> Amounts:
    """One pickup; on time when the bag was ready by the moment that was promised."""
    on_time = ready_at is not None and ready_at <= due_at
    return {"pickups": 1, "pickups_on_time": int(on_time)}


def ready_amounts(placed_at: datetime, ready_at: datetime) -> Amounts:
    """How long the customer waited from placing the order to the bag being ready."""
    seconds = max(int((ready_at - placed_at).total_seconds()), 0)
    return {"ready_seconds": seconds, "ready_count": 1}


def split_refund(
    refund: Money, sales: Sequence[tuple[str, Decimal]], fallback: str
) -> list[tuple[str, Decimal]]:
    """Take a refund from the stores in proportion to what each got for the order; the
    last one takes the residue. With no sale on record it is all the fallback's."""
    credited = [(store, amount) for store, amount in sales if amount > 0]
    if not credited:
        return [(fallback, refund.amount)]
    shares = refund.split([amount for _store, amount in credited])
    return [
        (store, share.amount)
        for (store, _amount), share in zip(credited, shares, strict=True)
    ]
