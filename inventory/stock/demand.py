"""Demand, summed per level before anything is checked."""

from collections.abc import Iterable
from dataclasses import dataclass

Pair = tuple[str, str]
"""The codes of a place and a SKU."""

MOST_UNITS = 1_000_000


@dataclass(frozen=True)
class Asked:
    """All that a request wants of one level; `index` is the first line that asks."""

    pair: Pair
    units: int
    index: int

    @property
    def field(self) -> str:
        """Where in the request it is asked for."""
        return f"lines/{self.index}/sku"


def summed(lines: Iterable[tuple[Pair, int]]) -> dict[Pair, Asked]:
    """The lines of a request by level: a level asked for twice is counted once, with
    the sum, so that no line is checked against the same undiminished number."""
    return summed_pieces((index, *line) for index, line in enumerate(lines))


def summed_pieces(pieces: Iterable[tuple[int, Pair, int]]) -> dict[Pair, Asked]:
    """The same where a line wants several levels, as a kit does: line, level, units."""
    asked: dict[Pair, Asked] = {}
    for index, pair, units in pieces:
        before = asked.get(pair)
        asked[pair] = (
            Asked(pair, before.units + units, before.index)
            if before
            else Asked(pair, units, index)
        )
    return asked


def is_quantity(units: int) -> bool:
    """Whether this many units can be meant."""
    return 1 <= units <= MOST_UNITS
