"""Taking a movement back by a new one."""

from datetime import datetime

from django.db import transaction

from inventory.stock.models import Bucket, StockLevel, StockMovement
from inventory.stock.operations.moving import Move, MovementKind, move_stock
from inventory.stock.operations.placing import Moved
from inventory.stock.queries import level, level_keys
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from stores.people.queries import may, require
from stores.people.roles import STOCK_ADJUST, STOCK_MOVE

REVERSIBLE = frozenset({MovementKind.MOVE, MovementKind.ADJUSTMENT, MovementKind.FEED})
"""What stands for itself. A sale, a return, a short pick, a receipt belong to a document
that counts them too: they are undone there."""


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
    require(by, _right(row, by), row.store.code, at)
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
    )
    move_stock(
        moves=[back],
        kind=MovementKind.REVERSAL,
        reference=row.reference,
        reason=reason,
        by=by,
        at=at,
    )
    return Moved([level(*pair)], list(row.reversals.values_list("pk", flat=True)))


def may_reverse(movement: int, *, by: Actor, at: datetime) -> bool:
    """Whether a button to take it back is of use to this person."""
    rows = StockMovement.objects.select_related("store").filter(
        pk=movement, kind__in=REVERSIBLE, reversals=None
    )
    row = rows.first()
    return row is not None and may(by, _right(row, by), row.store.code, at)


def _right(row: StockMovement, by: Actor) -> str:
    """What it takes: little for one's own small move, else the right to correct."""
    is_own = (row.actor_kind, row.actor_key) == (by.kind, by.key)
    is_small = row.quantity <= limits().own_reversal_units
    is_plain = row.kind == MovementKind.MOVE and is_own and is_small
    return STOCK_MOVE if is_plain else STOCK_ADJUST
