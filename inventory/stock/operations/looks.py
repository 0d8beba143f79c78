"""Goods that are told of only after somebody has looked at the level.

A look at a whole level (a count, a corrected level, a figure with its moment) speaks for
all that was before it. A till without network sold two at noon, at one the shelf was
counted, at two the till tells its sale: the count has missed those two already. They are
put back, and then leave as they were sold; the level stays as it was seen. So it does not
matter in which order things are told.

Clocks differ. A look speaks for goods only where it was later by more than the clocks of
a house may be apart: nearer than that, goods count as told at once, and the level is too
low rather than too high until somebody looks again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from inventory.catalogue.models import Sku
from inventory.stock.models import SEEN_BEFORE, Bucket, StockLevel
from inventory.stock.operations.moving import Move, MovementKind, move_stock
from omniretail.kernel.actors import Actor
from omniretail.kernel.limits import limits


def seen_since(levels: Iterable[int], moment: datetime, *, at: datetime) -> set[int]:
    """Lock these levels, and answer at which of them somebody has looked since a moment
    that is told of now. What is told at once asks nothing and locks nothing."""
    clearly_later = moment + limits().clocks_apart
    if at <= clearly_later:
        return set()
    rows = StockLevel.objects.filter(pk__in=list(levels)).locked()
    return {row.pk for row in rows if row.looked_at and row.looked_at > clearly_later}


def put_back_seen(
    moves: Sequence[Move],
    seen: Collection[int],
    *,
    reference: str,
    by: Actor,
    at: datetime,
    observed_at: datetime,
) -> list[Move]:
    """Before goods leave the shelf: at levels that were seen without them they are put
    back. Answers the moves to make: nobody knows of which lots those units were, so that
    the lots which were seen stay as they are."""
    leaving = [
        move for move in moves if move.level.id in seen and move.source == Bucket.ON_HAND
    ]
    back = [
        Move(move.level, move.quantity, Bucket.SHRINKAGE, Bucket.ON_HAND, move.line)
        for move in leaving
    ]
    _correct(back, reference, by, at, observed_at)
    unnamed = _told_apart_by_lots([move for move in leaving if not move.reverses])
    return [
        replace(move, lots={"": move.quantity}) if move in unnamed else move
        for move in moves
    ]


def take_out_seen(
    moves: Sequence[Move],
    seen: Collection[int],
    *,
    reference: str,
    by: Actor,
    at: datetime,
    observed_at: datetime,
) -> None:
    """After goods came to the shelf: at levels that were seen with them they are taken
    out again."""
    coming = [
        Move(move.level, move.quantity, Bucket.ON_HAND, Bucket.SHRINKAGE, move.line)
        for move in moves
        if move.level.id in seen and move.target == Bucket.ON_HAND
    ]
    _correct(coming, reference, by, at, observed_at)


def _told_apart_by_lots(moves: Sequence[Move]) -> list[Move]:
    """Those of the moves whose units are of some lot."""
    if not moves:
        return []
    skus = Sku.objects.filter(pk__in={move.level.sku_id for move in moves}, keeps_lots=True)
    by_lots = set(skus.values_list("pk", flat=True))
    return [move for move in moves if move.level.sku_id in by_lots]


def _correct(
    moves: Sequence[Move], reference: str, by: Actor, at: datetime, observed_at: datetime
) -> None:
    if not moves:
        return
    move_stock(
        moves=moves,
        kind=MovementKind.ADJUSTMENT,
        reference=reference,
        reason=SEEN_BEFORE,
        by=by,
        at=at,
        observed_at=observed_at,
    )
