"""What kits are made of, and what their parts allow. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST_OF_A_PART, MOST_PARTS = 1_000, 50

Free = Mapping[str, int]
"""Units of each SKU, by code."""


@dataclass(frozen=True)
class Kit:
    """A SKU that is sold from parts, and how many of each part one of it takes."""

    id: int
    code: str
    parts: Mapping[str, int]

    def whole(self, free: Free) -> int:
        """How many whole kits these units make."""
        return min(max(free.get(part, 0), 0) // units for part, units in self.parts.items())


Kits = Mapping[str, Kit]


@dataclass(frozen=True)
class Share:
    """For which kit units of a part are wanted, and how many one kit takes."""

    kit: Kit
    per_kit: int


@dataclass(frozen=True)
class Piece:
    """Units of one SKU that a line of a request wants; `index` is which line."""

    index: int
    sku_code: str
    quantity: int
    share: Share | None = None


def expanded(lines: Iterable[tuple[str, int]], kits: Kits) -> list[Piece]:
    """What lines want (SKU and units) once each kit is replaced by its parts."""
    found: list[Piece] = []
    for index, (sku_code, quantity) in enumerate(lines):
        kit = kits.get(sku_code)
        if kit is None:
            found.append(Piece(index, sku_code, quantity))
            continue
        for part, units in kit.parts.items():
            share = Share(kit, units)
            found.append(Piece(index, part, units * quantity, share))
    return found


def shelf_codes(sku_codes: Iterable[str], kits: Kits) -> set[str]:
    """The SKUs that lie on shelves for these: themselves, or the parts of kits."""
    return {piece.sku_code for piece in expanded(((code, 1) for code in sku_codes), kits)}
