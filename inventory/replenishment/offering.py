"""How many of those who wait may be told of what lies at a place. Pure.

A SKU that lies on a shelf counts as a kit of itself. Units of which somebody was told are
as good as gone for the next, as long as that one has the first chance: a kit and one of
its parts, or two channels, share them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inventory.catalogue.kits import Free, Kit, Kits, expanded


@dataclass(frozen=True)
class Offer:
    """What each channel may sell at a place now, by SKU, and what others have the first
    chance of."""

    free: Mapping[str, Free]
    kits: Kits
    spoken_for: Counter[str] = field(default_factory=Counter)

    def room(self, sku_code: str, channel: str) -> int:
        """How many of a SKU one can be told of who waits through that channel."""
        kit = self.kits.get(sku_code) or Kit(0, sku_code, {sku_code: 1})
        free = self.free.get(channel, {})
        return kit.whole({sku: units - self.spoken_for[sku] for sku, units in free.items()})

    def tell(self, lines: Iterable[tuple[str, int]]) -> None:
        """Somebody was told of so many of these SKUs."""
        self.spoken_for.update(pieces(lines, self.kits))


@dataclass(frozen=True)
class Chance:
    """Somebody was told of so many of a SKU after some change of the levels, and has the
    first chance of them."""

    key: int
    sku_code: str
    quantity: int
    told_after: int


@dataclass(frozen=True)
class Step:
    """So many units of a SKU were free after a change; changes are numbered."""

    number: int
    sku_code: str
    free: int


def pieces(lines: Iterable[tuple[str, int]], kits: Kits) -> Counter[str]:
    """How many of each SKU that lies on shelves these lines are."""
    found: Counter[str] = Counter()
    for piece in expanded(lines, kits):
        found[piece.sku_code] += piece.quantity
    return found


def lost_chances(chances: Iterable[Chance], steps: Iterable[Step], kits: Kits) -> set[int]:
    """Whose units have gone, by key: where a change left fewer units than were told of
    before it, those told first had them."""
    given = {one: pieces([(one.sku_code, one.quantity)], kits) for one in chances}
    lost: set[int] = set()
    for step in steps:
        mine = [
            (one, wanted[step.sku_code])
            for one, wanted in given.items()
            if wanted[step.sku_code] and one.told_after < step.number
        ]
        spoken_for = sum(units for one, units in mine if one.key not in lost)
        for one, units in mine:
            if spoken_for <= max(0, step.free):
                break
            if one.key not in lost:
                lost.add(one.key)
                spoken_for -= units
    return lost
