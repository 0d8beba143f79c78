"""What was done to make room at a place, and telling it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from omniretail.contracts.promises import PromiseMoved, PromiseUncovered
from omniretail.kernel import outbox
from omniretail.kernel.locking import Busy
from omniretail.kernel.realtime import nudge

_LOOKS = 5
P = ParamSpec("P")


@dataclass(frozen=True)
class MovedPromise:
    """A promise that stands elsewhere now, whole, under a new name for its line."""

    reference: str
    owner: str
    was_line: str
    line: str
    sku_code: str
    quantity: int
    source_code: str
    target_code: str


@dataclass(frozen=True)
class UncoveredPromise:
    """A promise of which units were sold over a till, and nobody else has them; of a kit,
    units of one part of it."""

    reference: str
    owner: str
    line: str
    sku_code: str
    store_code: str
    units: int
    per_kit: int = 1

    @property
    def lacking(self) -> int:
        """Units of what the line asked for that cannot be had."""
        return -(-self.units // self.per_kit)


@dataclass(frozen=True)
class Room:
    """What was done to make room at a place."""

    moved: tuple[MovedPromise, ...] = ()
    uncovered: tuple[UncoveredPromise, ...] = ()


class Overtaken(Exception):
    """Somebody was promised units that are wanted, after we had looked whose they are."""


def seeing_all(make_room: Callable[P, Room]) -> Callable[P, Room]:
    """Begin anew, with nothing locked, where somebody was faster.

    Raises:
        Busy: somebody was, each time.
    """

    @wraps(make_room)
    def begun_anew(*args: P.args, **kwargs: P.kwargs) -> Room:
        for _look in range(_LOOKS):
            with suppress(Overtaken):
                return make_room(*args, **kwargs)
        raise Busy

    return begun_anew


def tell_room(room: Room, at: datetime) -> None:
    """Say what moved and what is lacking."""
    outbox.publish_all(
        [
            *(
                PromiseMoved(
                    reference=one.reference,
                    sku_code=one.sku_code,
                    quantity=one.quantity,
                    source_code=one.source_code,
                    target_code=one.target_code,
                    occurred_at=at,
                )
                for one in room.moved
            ),
            *(
                PromiseUncovered(
                    reference=one.reference,
                    sku_code=one.sku_code,
                    quantity=one.units,
                    store_code=one.store_code,
                    occurred_at=at,
                )
                for one in room.uncovered
            ),
        ]
    )
    places = {code for one in room.moved for code in (one.source_code, one.target_code)}
    for code in places:
        nudge(f"stock.{code}")
