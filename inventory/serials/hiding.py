"""A refusal says where a unit is only to those who may look there."""

from collections.abc import Iterator
from contextlib import contextmanager

from inventory.selling.speaking import is_at_the_counter
from inventory.stock.operations import SerialElsewhere
from omniretail.kernel.api.principals import Principal


@contextmanager
def telling_units(principal: Principal) -> Iterator[None]:
    """People at the counter hear where the unit is and for which document; a customer or a
    program, only that it is not here."""
    try:
        yield
    except SerialElsewhere as other:
        if is_at_the_counter(principal):
            raise
        known = {name: other.facts[name] for name in ("sku", "serial")}
        raise SerialElsewhere(field=other.field, **known) from other
