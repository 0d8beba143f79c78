"""The one way in which levels change: move, write down, tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from inventory.catalogue.queries import KitHasNoStock, SkuNotFound, sku_keys
from inventory.stock.demand import Asked, Pair, is_quantity
from inventory.stock.models import (
    SHELVES,
    Bucket,
    Figures,
    Shift,
    StockLevel,
    StockMovement,
)
from inventory.stock.operations.serials import Taken, check_whereabouts
from inventory.stock.queries import LevelKey, level_keys, store_ids
from omniretail.contracts.inventory import StockMoved
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.realtime import nudge
from stores.network.queries import StoreNotFound

MovementKind = StockMovement.Kind


class NotEnoughStock(DomainError):
    """There is not enough of this here."""

    kind = Kind.CONFLICT
    constraints: ClassVar[tuple[str, ...]] = (
        "reserved_is_between_zero_and_on_hand",
        "no_bucket_of_a_place_owes_units",
    )


class AlreadyRecorded(DomainError):
    """This movement is already written down."""

    kind = Kind.CONFLICT
    constraints = ("one_movement_per_reference_place_sku_and_line",)


class QuantityOutOfRange(DomainError):
    """A quantity is a whole number from one to a million."""


@dataclass(frozen=True)
class Move:
    """Units to move at one level; `promised` of them were reserved and no longer are.
    `reverses` is the key of the movement that this one takes back; `serials` are those of
    its units that were scanned; `lots` says of which lots the units are, by code, where
    somebody knows it; `observed_at` is when it was seen, if not when the others were."""

    level: LevelKey
    quantity: int
    source: Bucket
    target: Bucket
    line: str = ""
    promised: int = 0
    field: str | None = None
    reverses: int | None = None
    serials: tuple[str, ...] = ()
    lots: Mapping[str, int] | None = None
    observed_at: datetime | None = None

    def change(self, bucket: str) -> int:
        """By how much the units in one bucket change."""
        return self.quantity * ((self.target == bucket) - (self.source == bucket))


@transaction.atomic
def move_stock(
    *,
    moves: Sequence[Move],
    kind: StockMovement.Kind,
    reference: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    observed_at: datetime | None = None,
) -> None:
    """Change the levels, write the movements down and tell them; all or nothing.

    `observed_at` is when it was seen in the shop, if that was not now.

    Raises:
        NotEnoughStock: units would leave that are not there or are promised.
        AlreadyRecorded: the same movement was written down before.
        SerialElsewhere: a scanned unit is not where it would leave.
    """
    if not moves:
        return
    ordered = sorted(moves, key=lambda move: (move.level.id, move.line))
    _refuse_repeats(ordered, kind, reference)
    _refuse_strangers(ordered, reference)
    figures = StockLevel.objects.shift(_shifts(ordered), at=at)
    for move in ordered:
        if move.level.id not in figures:
            raise _shortage(move, ordered)
    moment = observed_at or at
    StockMovement.objects.bulk_create(
        StockMovement(
            store_id=move.level.store_id,
            sku_id=move.level.sku_id,
            quantity=move.quantity,
            source=move.source,
            target=move.target,
            kind=kind,
            reference=reference,
            line=move.line,
            reason=reason,
            serials=list(move.serials),
            actor_kind=by.kind,
            actor_key=by.key,
            reverses_id=move.reverses,
            lots=dict(move.lots) if move.lots else None,
            at=move.observed_at or moment,
        )
        for move in ordered
    )
    outbox.publish_all(
        [_fact(move, figures[move.level.id], reference, moment) for move in ordered]
    )
    for store_code in {move.level.store_code for move in ordered}:
        nudge(f"stock.{store_code}")


def opened_levels(
    asked: Mapping[Pair, Asked], known: Mapping[Pair, LevelKey] | None = None
) -> dict[Pair, LevelKey]:
    """The levels asked for, opened with nothing in them where there was none; `known` are
    those that were looked up already.

    Raises:
        QuantityOutOfRange: less than one or more than a million units.
        StoreNotFound, SkuNotFound: no such place or SKU.
        KitHasNoStock: it is a kit, which has no level.
    """
    check_quantities(asked.values())
    keys = level_keys(asked) if known is None else dict(known)
    missing = [one for pair, one in asked.items() if pair not in keys]
    if missing:
        stores, skus = check_codes(missing)
        pairs = [one.pair for one in missing]
        StockLevel.objects.open([(stores[store], skus[sku]) for store, sku in pairs])
        keys |= level_keys(pairs)
    return keys


def check_quantities(asked: Iterable[Asked]) -> None:
    """Refuse quantities that nobody can mean.

    Raises:
        QuantityOutOfRange: less than one or more than a million units.
    """
    for one in asked:
        if not is_quantity(one.units):
            raise QuantityOutOfRange(field=one.field.replace("/sku", "/quantity"))


def check_codes(asked: Sequence[Asked]) -> tuple[dict[str, int], dict[str, int]]:
    """The keys of the places and of the SKUs.

    Raises:
        StoreNotFound, SkuNotFound: the first code that is unknown.
        KitHasNoStock: the first SKU that is a kit.
    """
    stores = store_ids({one.pair[0] for one in asked})
    skus = sku_keys({one.pair[1] for one in asked})
    for one in asked:
        store, sku = one.pair
        if store not in stores:
            raise StoreNotFound(field=one.field.replace("/sku", "/store"), store=store)
        if sku not in skus:
            raise SkuNotFound(field=one.field, sku=sku)
        if skus[sku].is_kit:
            raise KitHasNoStock(field=one.field, sku=sku)
    return stores, {code: key.id for code, key in skus.items()}


def _refuse_repeats(
    moves: Sequence[Move], kind: StockMovement.Kind, reference: str
) -> None:
    """Answer a repeated call in words; the constraint answers one made meanwhile."""
    keys = {(move.level.store_id, move.level.sku_id, move.line) for move in moves}
    known = StockMovement.objects.filter(
        kind=kind, reference=reference, store_id__in={key[0] for key in keys}
    ).values_list("store_id", "sku_id", "line")
    if keys & set(known):
        raise AlreadyRecorded(reference=reference)


def _refuse_strangers(moves: Sequence[Move], reference: str) -> None:
    """Say where a serial is that does not lie where it is taken from; the database
    refuses one that goes meanwhile."""
    check_whereabouts(
        [
            Taken(
                move.level.store_code,
                move.level.sku_code,
                move.source,
                reference,
                move.serials,
                move.field,
            )
            for move in moves
            if move.serials
        ]
    )


def _shifts(moves: Sequence[Move]) -> list[Shift]:
    return [
        Shift(
            key.id,
            reserved=-sum(move.promised for move in own),
            **{column: _change(own, bucket) for bucket, column in SHELVES.items()},
        )
        for key, own in _by_level(moves).items()
    ]


def _by_level(moves: Sequence[Move]) -> dict[LevelKey, list[Move]]:
    found: dict[LevelKey, list[Move]] = {}
    for move in moves:
        found.setdefault(move.level, []).append(move)
    return found


def _change(moves: Sequence[Move], bucket: str) -> int:
    return sum(move.change(bucket) for move in moves)


def _shortage(move: Move, moves: Sequence[Move]) -> NotEnoughStock:
    """Name the bucket that is short, if it is not what is on hand."""
    row = StockLevel.objects.get(pk=move.level.id)
    own = _by_level(moves)[move.level]
    aside = (bucket for bucket in SHELVES if bucket != Bucket.ON_HAND)
    short = next((one for one in aside if row.holds(one) + _change(own, one) < 0), None)
    free = row.on_hand - row.reserved if short is None else row.holds(short)
    return NotEnoughStock(
        field=move.field,
        sku=move.level.sku_code,
        store=move.level.store_code,
        wanted=-_change(own, short or Bucket.ON_HAND),
        available=free,
        **({"bucket": str(short)} if short else {}),
    )


def _fact(move: Move, figures: Figures, reference: str, at: datetime) -> StockMoved:
    return StockMoved(
        occurred_at=move.observed_at or at,
        store_code=move.level.store_code,
        sku_code=move.level.sku_code,
        quantity=move.quantity,
        source=move.source,
        target=move.target,
        reference=reference,
        on_hand=figures.on_hand,
        available_to_promise=figures.available_to_promise,
    )
