"""Correcting levels to what is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from inventory.stock.demand import MOST_UNITS, Asked, Pair
from inventory.stock.models import Bucket, StockLevel
from inventory.stock.operations.moving import (
    Move,
    MovementKind,
    QuantityOutOfRange,
    move_stock,
    opened_levels,
)
from inventory.stock.queries import LevelKey, LevelView, views_of
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.realtime import nudge


class BelowPromised(DomainError):
    """More than that is promised to customers."""

    kind = Kind.CONFLICT


class NothingToAdjust(DomainError):
    """Say what is on hand, or by how much it changes, or the safety stock."""


class LevelChanged(DomainError):
    """The level has changed since you looked. Look again."""

    kind = Kind.CONFLICT


class AdjustedTwice(DomainError):
    """One request corrects a level once."""


@dataclass(frozen=True)
class Adjustment:
    """What one level is to be: its units on hand, or by how much they change, and how
    many are kept back as safety stock. `seen` is what was on hand when it was decided."""

    store_code: str
    sku_code: str
    on_hand: int | None = None
    delta: int | None = None
    safety_stock: int | None = None
    seen: int | None = None

    @property
    def pair(self) -> Pair:
        return self.store_code, self.sku_code


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
    seen: int | None = None,
    reference: str | None = None,
) -> LevelView:
    """Correct one level to what is there, or by some units.

    Raises:
        NothingToAdjust: nothing is given, or both `on_hand` and `delta`.
        LevelChanged: `seen` is given and no longer true.
        BelowPromised: fewer would be on hand than are promised.
        QuantityOutOfRange: nobody can mean that many.
        StoreNotFound, SkuNotFound: no such place or SKU.
    """
    (view,) = adjust_levels(
        adjustments=[Adjustment(store_code, sku_code, on_hand, delta, safety_stock, seen)],
        reason=reason,
        by=by,
        at=at,
        reference=reference,
    )
    return view


@transaction.atomic
def adjust_levels(
    *,
    adjustments: Sequence[Adjustment],
    reason: str,
    by: Actor,
    at: datetime,
    reference: str | None = None,
) -> list[LevelView]:
    """Correct several levels at once; all or none.

    Raises:
        AdjustedTwice: two adjustments name the same level.
        NothingToAdjust, LevelChanged, BelowPromised, QuantityOutOfRange: `field` names
            the line at fault.
        StoreNotFound, SkuNotFound: no such place or SKU.
    """
    asked: dict[Pair, Asked] = {}
    for index, one in enumerate(adjustments):
        _check_question(one, index)
        if one.pair in asked:
            raise AdjustedTwice(field=f"lines/{index}/sku")
        asked[one.pair] = Asked(one.pair, 1, index)
    keys = opened_levels(asked)
    rows = StockLevel.objects.filter(pk__in=[key.id for key in keys.values()]).locked()
    levels = {row.pk: row for row in rows}
    moves = []
    for index, one in enumerate(adjustments):
        key = keys[one.pair]
        if change := _change(levels[key.id], one, index):
            moves.append(_correction(key, change))
    _keep_back({one: levels[keys[one.pair].id] for one in adjustments}, at)
    looked_at = [one for one in adjustments if one.on_hand is not None]
    StockLevel.objects.note_looks({keys[one.pair].id: at for one in looked_at})
    move_stock(
        moves=moves,
        kind=MovementKind.ADJUSTMENT,
        reference=reference or new_number("A"),
        reason=reason,
        by=by,
        at=at,
    )
    views = views_of([key.id for key in keys.values()])
    return [views[one.pair] for one in adjustments]


def _check_question(one: Adjustment, index: int) -> None:
    where = f"lines/{index}"
    if one.on_hand is not None and one.delta is not None:
        raise NothingToAdjust(field=f"{where}/delta")
    if one.on_hand is None and one.delta is None and one.safety_stock is None:
        raise NothingToAdjust(field=f"{where}/on_hand")
    for name in ("on_hand", "safety_stock"):
        if not 0 <= (getattr(one, name) or 0) <= MOST_UNITS:
            raise QuantityOutOfRange(field=f"{where}/{name}")
    if abs(one.delta or 0) > MOST_UNITS:
        raise QuantityOutOfRange(field=f"{where}/delta")


def _change(row: StockLevel, one: Adjustment, index: int) -> int:
    if one.seen is not None and one.seen != row.on_hand:
        raise LevelChanged(field=f"lines/{index}/seen", on_hand=row.on_hand)
    change = (one.delta or 0) if one.on_hand is None else one.on_hand - row.on_hand
    if change and row.on_hand + change < row.reserved:
        name = "on_hand" if one.delta is None else "delta"
        raise BelowPromised(
            field=f"lines/{index}/{name}",
            sku=one.sku_code,
            store=one.store_code,
            wanted=row.on_hand + change,
            reserved=row.reserved,
        )
    return change


def _keep_back(asked: Mapping[Adjustment, StockLevel], at: datetime) -> None:
    """Write down the new safety stocks."""
    changed = []
    for one, row in asked.items():
        if one.safety_stock not in (None, row.safety_stock):
            row.safety_stock, row.changed_at = one.safety_stock or 0, at
            changed.append(row)
            nudge(f"stock.{one.store_code}")
    StockLevel.objects.bulk_update(changed, ["safety_stock", "changed_at"])


def _correction(key: LevelKey, change: int) -> Move:
    if change > 0:
        return Move(key, change, Bucket.SHRINKAGE, Bucket.ON_HAND)
    return Move(key, -change, Bucket.ON_HAND, Bucket.SHRINKAGE)
