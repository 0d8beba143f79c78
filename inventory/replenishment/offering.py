"""How many of those who wait may be told of what has come to a place. Pure.

A SKU that lies on a shelf counts as a kit of itself. Units of which somebody was told are
as good as gone for the next: a kit and one of its parts, or two channels, share them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inventory.catalogue.kits import Free, Kit, Kits, expanded


@dataclass(frozen=True)
class Offer:
    """What has come to a place by SKU, what each channel may sell there now, and what was
    told of before: in this look at what moved, and lately."""

    come: Free
    free: Mapping[str, Free]
    kits: Kits
    in_this_look: Counter[str] = field(default_factory=Counter)
    lately: Counter[str] = field(default_factory=Counter)

    def room(self, sku_code: str, channel: str) -> int:
        """How many of a SKU one can be told of who waits through that channel: as many as
        came to be had just now, or as many as are there and were not told of lately, the
        larger."""
        kit = self.kits.get(sku_code) or Kit(0, sku_code, {sku_code: 1})
        free = self.free.get(channel, {})
        before = kit.whole(_less(free, self.come))
        new = kit.whole(_less(free, self.in_this_look)) - before
        return max(0, new, kit.whole(_less(free, self.lately)))

    def tell(self, lines: Iterable[tuple[str, int]]) -> None:
        """Somebody was told of so many of these SKUs."""
        for piece in expanded(lines, self.kits):
            self.in_this_look[piece.sku_code] += piece.quantity
            self.lately[piece.sku_code] += piece.quantity


def _less(free: Free, gone: Free) -> Free:
    return {sku: units - gone.get(sku, 0) for sku, units in free.items()}
