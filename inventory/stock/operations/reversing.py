"""Taking a movement back by a new one."""

from datetime import datetime
from typing import Any

from django.db import transaction

from inventory.stock.models import (
    NOT_LOOKED,
    OBSERVATIONS,
    Bucket,
    StockLevel,
    StockMovement,
)
from inventory.stock.operations.looks import (
    put_back_seen,
    seen_since,
    take_out_seen,
)
from inventory.stock.operations.moving import Move, MovementKind, move_stock
from inventory.stock.operations.placing import Moved
from inventory.stock.queries import REVERSIBLE, level, level_keys, right_to_reverse
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from stores.people.queries import require


class MovementNotFound(DomainError):
    """There is no such movement."""

    kind = Kind.MISSING


class NotReversible(DomainError):
    """This movement is undone by the document it belongs to."""

    kind = Kind.CONFLICT


class AlreadyReversed(DomainError):
    """This movement is already taken back."""

    kind = Kind.CONFLICT
    constraints = ("movement_is_reversed_at_most_once",)


@transaction.atomic
def reverse_movement(*, movement: int, reason: str, by: Actor, at: datetime) -> Moved:
    """Let the units go back to where they came from, by a new movement.

    Whoever moved a few units may take that back; anything else somebody who may correct
    levels. A reversal is final: what was right after all is moved anew.

    What is taken back never happened: a level that somebody has looked at since stays as
    it was seen. When the last look itself is taken back, nobody has looked.

    Raises:
        MovementNotFound: nothing was written down under this key.
        NotReversible: it belongs to a sale, a return, a receipt, or is a reversal.
        AlreadyReversed: it was taken back before.
        NotEnoughStock: the units are no longer where it took them, or are promised.
        NotYourRole, NotInYourStore: not theirs to take back.
    """
    row = StockMovement.objects.select_related("store", "sku").filter(pk=movement).first()
    if row is None:
        raise MovementNotFound(movement=movement)
    require(by, right_to_reverse(row, by), row.store.code, at)
    if row.kind not in REVERSIBLE:
        raise NotReversible(movement=movement, movement_kind=row.kind)
    pair = row.store.code, row.sku.code
    key = level_keys([pair])[pair]
    list(StockLevel.objects.filter(pk=key.id).locked())
    if row.reversals.exists():
        raise AlreadyReversed(movement=movement)
    back = Move(
        key,
        row.quantity,
        Bucket(row.target),
        Bucket(row.source),
        line=f"#{row.pk}",
        reverses=row.pk,
        serials=tuple(row.serials),
    )
    terms: Any = {"reference": row.reference, "by": by, "at": at, "observed_at": at}
    seen = seen_since([key.id], row.at, at=at)
    if not seen and row.kind in OBSERVATIONS and row.reason not in NOT_LOOKED:
        StockLevel.objects.note_looks({key.id: None})
    moves = put_back_seen([back], seen, **terms)
    move_stock(moves=moves, kind=MovementKind.REVERSAL, reason=reason, **terms)
    take_out_seen(moves, seen, **terms)
    return Moved([level(*pair)], list(row.reversals.values_list("pk", flat=True)))
