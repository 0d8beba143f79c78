"""Giving a bag its pickup code."""

from orders.fulfilment.models import Fulfilment
from orders.fulfilment.pickup_codes import hash_code, pickup_code


def issue_code(fulfilment: Fulfilment) -> None:
    """A fresh code with fresh tries, in memory; older codes open nothing any more."""
    fulfilment.code_generation += 1
    fulfilment.code_tries = 0
    fulfilment.code_hash = hash_code(
        pickup_code(fulfilment.number, fulfilment.code_generation),
        order_number=fulfilment.order.number,
        store_code=fulfilment.store.code,
    )
