"""What may be taken back, and by whom."""

from collections.abc import Collection
from datetime import datetime

from inventory.stock.models import StockMovement
from omniretail.kernel.actors import Actor
from omniretail.kernel.limits import limits
from stores.people.queries import may
from stores.people.roles import STOCK_ADJUST, STOCK_MOVE

REVERSIBLE = frozenset(
    {
        StockMovement.Kind.MOVE,
        StockMovement.Kind.ADJUSTMENT,
        StockMovement.Kind.FEED,
        StockMovement.Kind.WRITE,
        StockMovement.Kind.DELTA,
    }
)
"""What stands for itself. A sale, a return, a short pick, a receipt belong to a document
that counts them too: they are undone there."""


def right_to_reverse(movement: StockMovement, by: Actor) -> str:
    """What it takes: little for one's own small move, else the right to correct."""
    is_own = (movement.actor_kind, movement.actor_key) == (by.kind, by.key)
    is_small = movement.quantity <= limits().own_reversal_units
    is_plain = movement.kind == StockMovement.Kind.MOVE and is_own and is_small
    return STOCK_MOVE if is_plain else STOCK_ADJUST


def reversible(movements: Collection[int], *, by: Actor, at: datetime) -> set[int]:
    """Those of these movements that this person may take back, as far as rights go."""
    rows = StockMovement.objects.select_related("store").filter(
        pk__in=movements, kind__in=REVERSIBLE, reversals=None
    )
    asked = {row.pk: (right_to_reverse(row, by), row.store.code) for row in rows}
    granted = {
        (right, store): may(by, right, store, at) for right, store in set(asked.values())
    }
    return {key for key, terms in asked.items() if granted[terms]}
