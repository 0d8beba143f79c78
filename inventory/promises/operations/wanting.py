"""What a ranked request wants, and who may serve it."""

from dataclasses import dataclass

from inventory.stock.demand import Pair


@dataclass(frozen=True)
class RankedDemand:
    """Units of one SKU that any of these places may serve, the best first; with one
    place, they must stand there. `line` says what for, once per reference.

    A line that may be split comes from several places where none has all of it. The
    first `preferred` places are asked before all others, for the whole and for a split.
    """

    sku_code: str
    quantity: int
    line: str
    places: tuple[str, ...]
    may_split: bool = False
    preferred: int = 0

    @property
    def is_fixed(self) -> bool:
        return len(self.places) == 1

    @property
    def pairs(self) -> list[Pair]:
        return [(place, self.sku_code) for place in self.places]
