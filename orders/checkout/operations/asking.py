"""A checkout that meets an empty shelf leaves a note of it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.db import DatabaseError

from inventory.promises.operations import NotEnoughStock
from inventory.selling.operations import misses_of, note_misses
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
        misses = misses_of(short, f"cart:{token}")
        channel = terms.channel or Channel.SITE
        with suppress(DatabaseError):  # the refusal is what the customer must hear
            note_misses(misses, channel=channel, by=by, at=at)
        raise
