"""What the controls of races take away: everything in the database that would notice."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from inventory.promises.keeping import Keeping
from inventory.promises.models import Promise
from inventory.promises.operations.writing_down import Demand, Terms
from inventory.selling.models import Kept
from inventory.stock.models import Shift, StockLevel

GUARDS = {
    "inventory_stocklevel": "reserved_is_between_zero_and_on_hand",
    "inventory_promise": "promise_says_what_it_left_its_channel",
}


@contextmanager
def nothing_notices() -> Iterator[None]:
    """Levels and promises without the CHECKs and triggers that keep them together.
    Promises made meanwhile are gone at the end."""
    back = []
    with connection.cursor() as cursor:
        for table, name in GUARDS.items():
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
                [name],
            )
            (definition,) = cursor.fetchone()
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            back.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute("ALTER TABLE inventory_promise DISABLE TRIGGER USER")
    yield
    Promise.objects.all().delete()
    StockLevel.objects.update(reserved=0)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_promise ENABLE TRIGGER USER")
        for statement in back:
            cursor.execute(statement)


@contextmanager
def replaced(function: str, words: str, others: str) -> Iterator[None]:
    """A function of the database with other words in one place."""
    assert words in function
    with connection.cursor() as cursor:
        cursor.execute(function.replace(words, others, 1))
    yield
    with connection.cursor() as cursor:
        cursor.execute(function)


def written_after(promise: Callable[..., dict[int, Kept]]) -> Callable[..., set[int]]:
    """Units are promised in one way, and what for is written down in another statement."""

    def keep(wanted: Keeping) -> set[int]:
        shifts = [Shift(level, reserved=number) for level, number in wanted.units.items()]
        kept = promise(shifts, channel=wanted.channel, at=wanted.at)
        levels = StockLevel.objects.in_bulk(list(wanted.units))
        if set(kept) == set(wanted.units):
            Promise.objects.bulk_create(
                Promise(
                    store_id=levels[part.level].store_id,
                    sku_id=levels[part.level].sku_id,
                    kit_id=part.kit_id,
                    per_kit=part.per_kit,
                    quantity=part.quantity,
                    line=part.line,
                    channel=wanted.channel or "",
                    spare=kept[part.level].spare,
                    created_at=wanted.at,
                    **wanted.terms,
                )
                for part in wanted.parts
            )
        return set(kept)

    return keep


def in_two_steps(demands: Sequence[Demand], terms: Terms) -> None:
    """In place of `first_hold`: what stands is asked first, and units are kept later."""
    del demands, terms
