"""Goods come in, go out without a promise, and come back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from inventory.stock.demand import Asked, Pair, is_quantity, summed
from inventory.stock.models import Bucket, StockLevel
from inventory.stock.operations.looks import put_back_seen, seen_since
from inventory.stock.operations.moving import (
    Move,
    MovementKind,
    NotEnoughStock,
    QuantityOutOfRange,
    move_stock,
    opened_levels,
)
from inventory.stock.operations.serials import turn_up_serials
from inventory.stock.queries import LevelKey, Parted, parted
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError

Serials = Mapping[str, Sequence[str]]
"""The serial numbers of units that were scanned, by SKU."""
NO_SERIALS: Serials = {}


class UnknownDisposition(DomainError):
    """Nobody knows such a way to treat returned goods."""


class Disposition(StrEnum):
    """What becomes of a returned unit."""

    RESTOCK = "RESTOCK"
    QUARANTINE = "QUARANTINE"
    REFURBISH = "REFURBISH"
    RETURN_TO_VENDOR = "RETURN_TO_VENDOR"
    WRITE_OFF = "WRITE_OFF"


_GOES_TO = {
    Disposition.RESTOCK: Bucket.ON_HAND,
    Disposition.QUARANTINE: Bucket.QUARANTINE,
    Disposition.REFURBISH: Bucket.QUARANTINE,
    Disposition.RETURN_TO_VENDOR: Bucket.QUARANTINE,
    Disposition.WRITE_OFF: Bucket.SHRINKAGE,
}


@transaction.atomic
def receive_stock(
    *,
    store_code: str,
    lines: Sequence[tuple[str, int]],
    reference: str,
    by: Actor,
    at: datetime,
) -> None:
    """Goods come in from the supplier.

    Raises:
        StoreNotFound, SkuNotFound: no such place or SKU.
        AlreadyRecorded: this receipt was written down before.
    """
    asked = _asked(store_code, lines)
    keys = opened_levels(asked)
    moves = [
        Move(keys[one.pair], one.units, Bucket.SUPPLIER, Bucket.ON_HAND)
        for one in asked.values()
    ]
    move_stock(moves=moves, kind=MovementKind.RECEIPT, reference=reference, by=by, at=at)


@transaction.atomic
def sell_stock(
    *,
    store_code: str,
    lines: Sequence[tuple[str, int]],
    reference: str,
    by: Actor,
    at: datetime,
    observed_at: datetime | None = None,
    as_fact: bool = False,
    serials: Serials = NO_SERIALS,
) -> None:
    """Goods go to a customer without a promise, as over a till; of a kit, its parts.

    What is promised to others is not for sale. A till reports what has happened
    (`as_fact`): units it sold that the level does not know are found first. `serials`
    names units that were scanned, by SKU: they were here, wherever we thought they were.
    `observed_at` is when they were sold, if that was not now: a level that somebody has
    looked at since does not change.

    Raises:
        NotEnoughStock: fewer are free here.
        StoreNotFound, SkuNotFound: no such place or SKU.
        AlreadyRecorded: this sale was written down before.
    """
    wanted, keys = _parted(store_code, lines)
    asked = wanted.asked
    sold_at = observed_at or at
    terms: Any = {"reference": reference, "by": by, "at": at, "observed_at": sold_at}
    named = {sku: tuple(serials.get(sku, ())) for _store, sku in asked}
    moves = [
        Move(
            keys[one.pair],
            one.units,
            Bucket.ON_HAND,
            Bucket.CUSTOMER,
            field=one.field,
            serials=named[one.pair[1]],
        )
        for one in asked.values()
    ]
    seen = seen_since((key.id for key in keys.values()), sold_at, at=at)
    moves = put_back_seen(moves, seen, **terms)
    if as_fact:
        find_missing(asked, keys, **terms)
    if any(named.values()):
        _refuse_missing(asked, keys)
        turn_up_serials(
            store_code=store_code, serials=named, reference=reference, by=by, at=sold_at
        )
    move_stock(moves=moves, kind=MovementKind.SALE, **terms)


@transaction.atomic
def restock_return(
    *,
    store_code: str,
    lines: Sequence[tuple[str, int, str]],
    reference: str,
    by: Actor,
    at: datetime,
    serials: Mapping[tuple[str, str], Sequence[str]] | None = None,
    lots: Mapping[tuple[str, str], Mapping[str, int]] | None = None,
) -> None:
    """Goods come back from a customer, at whichever place takes them; of a kit, its
    parts. By SKU and disposition, `serials` names the units that were scanned, and `lots`
    says of which lots they are, where that is known.

    Raises:
        UnknownDisposition: a line says something else than a `Disposition`.
        StoreNotFound, SkuNotFound: no such place or SKU.
        AlreadyRecorded: this return was written down before.
    """
    ways = _dispositions(lines)
    wanted, keys = _parted(store_code, [(sku, units) for sku, units, _goes in lines])
    units: Counter[tuple[Pair, Disposition]] = Counter()
    for pair, piece in wanted.pieces:
        units[pair, ways[piece.index]] += piece.quantity
    moves = [
        Move(
            keys[pair],
            number,
            Bucket.CUSTOMER,
            _GOES_TO[disposition],
            line=disposition,
            serials=tuple((serials or {}).get((pair[1], disposition), ())),
            lots=(lots or {}).get((pair[1], disposition)),
        )
        for (pair, disposition), number in units.items()
    ]
    move_stock(moves=moves, kind=MovementKind.RETURN, reference=reference, by=by, at=at)


def find_missing(
    asked: Mapping[Pair, Asked],
    keys: Mapping[Pair, LevelKey],
    *,
    reference: str,
    by: Actor,
    at: datetime,
    observed_at: datetime | None = None,
) -> None:
    """Units are about to leave of which some are promised, or unknown: those were there,
    and are found."""
    rows = StockLevel.objects.filter(id__in=[key.id for key in keys.values()]).locked()
    free = {row.pk: row.on_hand - row.reserved for row in rows}
    moves = [
        Move(key, one.units - free[key.id], Bucket.SHRINKAGE, Bucket.ON_HAND)
        for one in asked.values()
        if one.units > free[(key := keys[one.pair]).id]
    ]
    move_stock(
        moves=moves,
        kind=MovementKind.FOUND,
        reference=reference,
        by=by,
        at=at,
        observed_at=observed_at,
    )


def _asked(store_code: str, lines: Sequence[tuple[str, int]]) -> dict[Pair, Asked]:
    for index, (_sku, units) in enumerate(lines):
        if not is_quantity(units):
            raise QuantityOutOfRange(field=f"lines/{index}/quantity")
    return summed(((store_code, sku), units) for sku, units in lines)


def _parted(
    store_code: str, lines: Sequence[tuple[str, int]]
) -> tuple[Parted, dict[Pair, LevelKey]]:
    """What the lines want of the shelves, kits by their parts, and its levels, opened
    where there was none."""
    _asked(store_code, lines)
    wanted = parted([((store_code, sku), units) for sku, units in lines])
    return wanted, opened_levels(wanted.asked, known=wanted.keys)


def _dispositions(lines: Sequence[tuple[str, int, str]]) -> list[Disposition]:
    for index, (_sku, _units, disposition) in enumerate(lines):
        if disposition not in set(Disposition):
            raise UnknownDisposition(field=f"lines/{index}/disposition")
    return [Disposition(disposition) for _sku, _units, disposition in lines]


def _refuse_missing(asked: Mapping[Pair, Asked], keys: Mapping[Pair, LevelKey]) -> None:
    """Units that are not free here cannot turn up here either."""
    ids = [key.id for key in keys.values()]
    rows = {row.pk: row for row in StockLevel.objects.filter(id__in=ids).locked()}
    for one in asked.values():
        row = rows[keys[one.pair].id]
        if one.units > (free := row.on_hand - row.reserved):
            store, sku = one.pair
            facts = {"sku": sku, "store": store, "wanted": one.units, "available": free}
            raise NotEnoughStock(field=one.field, **facts)
