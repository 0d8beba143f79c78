"""Doors for facts: a shelf that ran low does not wait for the night, and who waits for
goods is told when they can be sold again."""

from inventory.replenishment.operations import note_new_terms, propose_for, serve_goods
from omniretail.contracts.selling import ChannelTermsChanged, SaleUnblocked
from omniretail.contracts.shelves import ShelfFact


def propose_at_once(fact: ShelfFact) -> None:
    """Look at once what could be brought where."""
    propose_for(sku_codes=[fact.sku_code], at=fact.occurred_at)


def serve_unblocked(fact: SaleUnblocked) -> None:
    """What was blocked can be had again."""
    serve_goods(store_code=fact.store_code, sku_code=fact.sku_code, at=fact.occurred_at)


def serve_on_new_terms(fact: ChannelTermsChanged) -> None:
    """A channel leaves less, perhaps, or sells from more places."""
    if fact.sku_code is not None:
        serve_goods(store_code=fact.store_code, sku_code=fact.sku_code, at=fact.occurred_at)
    elif fact.what in ("buffer", "network"):
        note_new_terms(channel=fact.channel, at=fact.occurred_at)
