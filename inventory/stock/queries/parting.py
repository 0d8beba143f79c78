"""What a request wants of the shelves once its kits are replaced by their parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.catalogue.kits import Piece, expanded
from inventory.catalogue.queries import kits
from inventory.stock.demand import Asked, Pair, summed_pieces
from inventory.stock.queries.levels import LevelKey, level_keys


@dataclass(frozen=True)
class Parted:
    """The pieces that lines want, each with its place, and the levels there are of them."""

    pieces: list[tuple[Pair, Piece]]
    keys: dict[Pair, LevelKey]

    @property
    def asked(self) -> dict[Pair, Asked]:
        """The demand by level, summed over all lines: a shared part is counted once."""
        return summed_pieces(
            (piece.index, pair, piece.quantity) for pair, piece in self.pieces
        )


def parted(lines: Sequence[tuple[Pair, int]]) -> Parted:
    """Replace the kits among what is wanted by their parts.

    A kit has no level: only what has none where it is wanted is looked up among the kits,
    so nothing more is asked for other SKUs.
    """
    keys = level_keys(pair for pair, _units in lines)
    made_up = kits({pair[1] for pair, _units in lines if pair not in keys})
    wanted = expanded(((pair[1], units) for pair, units in lines), made_up)
    pieces = [((lines[one.index][0][0], one.sku_code), one) for one in wanted]
    if made_up:
        keys |= level_keys(pair for pair, _piece in pieces)
    return Parted(pieces, keys)
