"""What a simple model knows of goods on the move."""

from dataclasses import dataclass

from inventory.supply.operations import Condition, Counted
from tests.invariants.stock_model import Level


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
    is_open: bool = True


def counted(
    sku: str, good: int, damaged: int, names: tuple[str, ...] = ()
) -> list[Counted]:
    """What came, as operations take it; the good ones are named first."""
    lines = [
        Counted(sku, good, serials=names[:good]),
        Counted(sku, damaged, Condition.DAMAGED, serials=names[good:]),
    ]
    return [line for line in lines if line.quantity]
