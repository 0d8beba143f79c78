"""Correcting levels to what is there."""

from datetime import datetime

from django.db import transaction

from inventory.stock.demand import MOST_UNITS, Asked
from inventory.stock.models import Bucket, StockLevel
from inventory.stock.operations.moving import (
    Move,
    MovementKind,
    QuantityOutOfRange,
    move_stock,
    opened_levels,
)
from inventory.stock.queries import LevelKey, LevelView, level
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.realtime import nudge


class BelowPromised(DomainError):
    """More than that is promised to customers."""

    kind = Kind.CONFLICT


class NothingToAdjust(DomainError):
    """Say what is on hand, or by how much it changes, or the safety stock."""


@transaction.atomic
def adjust_stock(
    *,
    store_code: str,
    sku_code: str,
    reason: str,
    by: Actor,
    at: datetime,
    on_hand: int | None = None,
    delta: int | None = None,
    safety_stock: int | None = None,
    reference: str | None = None,
) -> LevelView:
    """Correct a level to what is there, or by some units.

    Raises:
        NothingToAdjust: nothing is given, or both `on_hand` and `delta`.
        BelowPromised: fewer would be on hand than are promised.
        QuantityOutOfRange: nobody can mean that many.
        StoreNotFound, SkuNotFound: no such place or SKU.
    """
    _check_question(on_hand, delta, safety_stock)
    pair = (store_code, sku_code)
    key = opened_levels({pair: Asked(pair, 1, 0)})[pair]
    row = StockLevel.objects.locked().get(pk=key.id)
    change = (delta or 0) if on_hand is None else on_hand - row.on_hand
    if row.on_hand + change < row.reserved:
        raise BelowPromised(
            field="on_hand" if delta is None else "delta",
            sku=sku_code,
            store=store_code,
            wanted=row.on_hand + change,
            reserved=row.reserved,
        )
    if safety_stock is not None and safety_stock != row.safety_stock:
        StockLevel.objects.filter(pk=key.id).update(
            safety_stock=safety_stock, changed_at=at
        )
        nudge(f"stock.{store_code}")
    if change:
        move_stock(
            moves=[_correction(key, change)],
            kind=MovementKind.ADJUSTMENT,
            reference=reference or new_number("A"),
            reason=reason,
            by=by,
            at=at,
        )
    return level(store_code, sku_code)


def _check_question(on_hand: int | None, delta: int | None, safety: int | None) -> None:
    if on_hand is not None and delta is not None:
        raise NothingToAdjust(field="delta")
    if on_hand is None and delta is None and safety is None:
        raise NothingToAdjust(field="on_hand")
    if not 0 <= (on_hand or 0) <= MOST_UNITS:
        raise QuantityOutOfRange(field="on_hand")
    if abs(delta or 0) > MOST_UNITS:
        raise QuantityOutOfRange(field="delta")
    if not 0 <= (safety or 0) <= MOST_UNITS:
        raise QuantityOutOfRange(field="safety_stock")


def _correction(key: LevelKey, change: int) -> Move:
    if change > 0:
        return Move(key, change, Bucket.SHRINKAGE, Bucket.ON_HAND)
    return Move(key, -change, Bucket.ON_HAND, Bucket.SHRINKAGE)
