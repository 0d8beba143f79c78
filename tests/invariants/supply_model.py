"""What a simple model knows of goods on the move."""

from dataclasses import dataclass
from datetime import date

from inventory.supply.operations import Condition, Counted
from tests.invariants.stock_model import Level

Lot = tuple[str, date]
"""A lot, and until when it is good."""


@dataclass
class Moving:
    """A transfer as the model knows it; a till may sell what is not yet on the road, and
    then it is lacking."""

    level: Level
    target: Level
    approved: int
    sent: int = 0
    received: int = 0
    lost: int = 0
    lacking: int = 0
    is_open: bool = True

    @property
    def in_transit(self) -> int:
        return self.sent - self.received - self.lost


@dataclass
class Coming:
    """What a document still brings, and who waits for it: one name a unit."""

    level: Level
    days: int
    units: int
    queue: list[str]


@dataclass
class Bought:
    """An order to a supplier as the model knows it."""

    level: Level
    ordered: int
    received: int = 0
    status: str = "ORDERED"

    @property
    def is_open(self) -> bool:
        return self.status in ("ORDERED", "PARTLY_RECEIVED")

    @property
    def outstanding(self) -> int:
        return max(0, self.ordered - self.received)

    @property
    def most(self) -> int:
        """How many may come: half as many again."""
        return self.ordered + self.ordered // 2

    @property
    def enough(self) -> int:
        """How many have to come before nobody asks for the rest: half of them."""
        return self.ordered - self.ordered // 2


def counted(
    sku: str, good: int, damaged: int, names: tuple[str, ...] = (), lot: Lot | None = None
) -> list[Counted]:
    """What came, as operations take it; the good ones are named first."""
    of_lot = lot or ("", None)
    lines = [
        Counted(sku, good, Condition.GOOD, names[:good], *of_lot),
        Counted(sku, damaged, Condition.DAMAGED, names[good:], *of_lot),
    ]
    return [line for line in lines if line.quantity]
