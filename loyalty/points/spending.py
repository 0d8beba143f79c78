"""Which lots points are taken from, and which get them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class Piece:
    """Some points of one lot."""

    lot: int
    points: int


def take(open_lots: Sequence[Piece], points: int) -> list[Piece]:
    """Take points from lots in the order given, as far as they reach."""
    pieces = []
    for lot in open_lots:
        part = min(lot.points, points)
        if part > 0:
            pieces.append(Piece(lot.lot, part))
            points -= part
    return pieces


def give_back(
    taken: Sequence[Piece], returned: Sequence[Piece], points: int
) -> list[Piece]:
    """Give points back to the lots they came from, the last taken first.

    `returned` is what earlier partial reversals already gave back.
    """
    back: dict[int, int] = {}
    for piece in returned:
        back[piece.lot] = back.get(piece.lot, 0) + piece.points
    owed = [Piece(piece.lot, piece.points - back.get(piece.lot, 0)) for piece in taken]
    return take(owed[::-1], points)


def end_after_return(expires_at: datetime, *, at: datetime, grace: timedelta) -> datetime:
    """When a lot ends that gets points back: as before, or after a grace period if it
    has ended in the meantime."""
    return expires_at if expires_at > at else at + grace


def most_points(
    *, balance: int, amount: Decimal, point_worth: Decimal, max_share_percent: Decimal
) -> int:
    """The most points that may pay for goods of an amount."""
    share = int(amount * max_share_percent / 100 / point_worth)
    return max(0, min(balance, share))
