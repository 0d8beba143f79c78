"""Doors for facts: a shelf that ran low does not wait for the night."""

from inventory.replenishment.operations import propose_for
from omniretail.contracts.shelves import ShelfFact


def propose_at_once(fact: ShelfFact) -> None:
    """Look at once what could be brought where."""
    propose_for(sku_codes=[fact.sku_code], at=fact.occurred_at)
