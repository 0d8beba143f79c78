"""What becomes of bags when something is sold elsewhere."""

from omniretail.contracts.orders import FulfilmentCollected
from omniretail.kernel import clock
from orders.fulfilment.operations import ask_for_other_units


def ask_for_units_sold(fact: FulfilmentCollected) -> None:
    """A till may have sold the very units that lie in a bag."""
    ask_for_other_units(sale=fact.fulfilment.number, at=clock.now())
