"""Keeping units at the first place that can, out of a ranked list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from inventory.catalogue.kits import Kits
from inventory.catalogue.queries import SkuNotFound, kits, sku_ids
from inventory.promises.models import Promise
from inventory.promises.operations.assembling import (
    Assembly,
    assembled,
    keep_assembled,
)
from inventory.promises.operations.ending import end_rows, keys_of
from inventory.promises.operations.making import (
    NothingAsked,
    PlaceClosed,
    lock_levels,
)
from inventory.promises.operations.refusing import refusal_of
from inventory.promises.operations.retrying import earlier_holds, kept_until
from inventory.promises.operations.wanting import RankedDemand as RankedDemand
from inventory.promises.queries import PromiseSlip
from inventory.promises.ranked import (
    Look,
    RankedLine,
    RankedPlace,
    RankedTerms,
    Taken,
    take_ranked,
)
from inventory.stock.demand import Asked, Pair, is_quantity
from inventory.stock.operations import NotEnoughStock, QuantityOutOfRange
from inventory.stock.queries import LevelKey, level_keys, store_ids
from omniretail.kernel.actors import Actor
from stores.network.queries import StoreNotFound

Status = Promise.Status
ANY_NUMBER = 1_000_000


class _Outrun(Exception):
    """Somebody was faster at a place that was to serve: nothing is kept."""


def hold_ranked(
    *,
    demands: Sequence[RankedDemand],
    owner: str,
    reference: str,
    ends_at: datetime,
    by: Actor,
    at: datetime,
    channel: str = "",
    is_one_place: bool = False,
    most_places: int = ANY_NUMBER,
    is_paying: bool = False,
) -> list[PromiseSlip]:
    """Keep units until a moment, each line at the first of its places that can, out of
    what the channel may sell there.

    All lines or none. One place serves all lines that have a choice, if any can and
    `is_one_place` asks for it; at most `most_places` share them. A line with a choice is
    kept provisionally, under its own name and that of its place. Earlier holds of the
    reference are replaced as `hold_stock` does; `is_paying` lets them wait for a payment.

    Raises:
        NotEnoughStock: no place can promise a line; `places` says what each has.
        NotInNetwork, NotForSaleHere: it must stand where the channel may sell none of it.
        PaymentUnderWay, TooManyHolds: as for `hold_stock`.
        PlaceClosed: no place of a line is in business.
        StoreNotFound, SkuNotFound, QuantityOutOfRange, NothingAsked.
    """
    del by  # the door's audit entry says who
    terms = RankedTerms(
        owner=owner,
        reference=reference,
        status=Status.HELD,
        at=at,
        ends_at=ends_at,
        channel=channel,
        is_paying=is_paying,
        is_one_place=is_one_place,
        most_places=most_places,
    )
    try:
        return _hold(demands, terms, is_locked=False)
    except _Outrun:
        return _hold(demands, terms, is_locked=True)


@transaction.atomic
def _hold(
    demands: Sequence[RankedDemand], terms: RankedTerms, *, is_locked: bool
) -> list[PromiseSlip]:
    earlier = earlier_holds(terms.owner, terms.reference, at=terms.at)
    book = read_book(demands, terms.at)
    if earlier and terms.ends_at is not None:
        ends_at, extended_at = kept_until(earlier, terms.ends_at, terms.at)
        terms = replace(terms, ends_at=ends_at, extended_at=extended_at)
        lock_levels([*book.keys.values(), *keys_of(earlier).values()])
        end_rows(earlier, Status.RELEASED, at=terms.at)
    return keep(book, terms, is_locked=is_locked or bool(earlier))


@dataclass(frozen=True)
class Book:
    """The lines as the statement wants them: those that must stand somewhere first."""

    demands: tuple[RankedDemand, ...]
    positions: tuple[int, ...]
    lines: tuple[RankedLine, ...]
    keys: Mapping[Pair, LevelKey]
    assemblies: tuple[Assembly, ...] = ()


def keep(book: Book, terms: RankedTerms, *, is_locked: bool) -> list[PromiseSlip]:
    """Keep all lines or none.

    Raises:
        NotEnoughStock: no place can promise a line.
    """
    if book.assemblies:
        return keep_assembled(book.assemblies, list(book.keys.values()), terms)
    taken = take_ranked(book.lines, terms, is_locked=is_locked)
    if taken.is_kept:
        return _slips(book, taken, terms)
    if taken.is_complete:
        raise _Outrun
    raise _shortage(book, taken, terms)


def read_book(demands: Sequence[RankedDemand], at: datetime) -> Book:
    """Find the levels of all places, and refuse what cannot be meant."""
    if not demands or not all(demand.places for demand in demands):
        raise NothingAsked(field="lines")
    for index, demand in enumerate(demands):
        if not is_quantity(demand.quantity):
            raise QuantityOutOfRange(field=f"lines/{index}/quantity")
    pairs = {pair for demand in demands for pair in demand.pairs}
    keys = level_keys(pairs)
    stores = {key.store_code: key.store_id for key in keys.values()}
    if pairs - set(keys):
        stores |= _known_places(demands)
    made_up = kits({sku for _store, sku in pairs} - {sku for _store, sku in keys})
    if made_up:
        return _book_of_kits(demands, made_up, keys, stores, at)
    order = sorted(range(len(demands)), key=lambda i: not demands[i].is_fixed)
    return Book(
        demands=tuple(demands[i] for i in order),
        positions=tuple(order),
        lines=tuple(_line(demands[i], i, keys, stores, at) for i in order),
        keys=keys,
    )


def _book_of_kits(
    demands: Sequence[RankedDemand],
    made_up: Kits,
    keys: Mapping[Pair, LevelKey],
    stores: Mapping[str, int],
    at: datetime,
) -> Book:
    """The same with the kits among the lines taken apart."""
    parts = {
        (place, part)
        for demand in demands
        if demand.sku_code in made_up
        for place in demand.places
        for part in made_up[demand.sku_code].parts
    }
    levels = {**keys, **level_keys(parts)}
    trading = {pair: key for pair, key in levels.items() if key.is_trading_on(at.date())}
    lines = assembled(demands, made_up, trading, stores)
    for line in lines:
        if not line.want.spots and trading != levels:
            raise PlaceClosed(field=f"lines/{line.index}/sku", store=line.places[0])
    return Book(tuple(demands), tuple(range(len(demands))), (), trading, lines)


def _known_places(demands: Sequence[RankedDemand]) -> dict[str, int]:
    stores = store_ids({place for demand in demands for place in demand.places})
    skus = sku_ids({demand.sku_code for demand in demands})
    for index, demand in enumerate(demands):
        member = "store" if demand.is_fixed else "places"
        for place in demand.places:
            if place not in stores:
                raise StoreNotFound(field=f"lines/{index}/{member}", store=place)
        if demand.sku_code not in skus:
            raise SkuNotFound(field=f"lines/{index}/sku", sku=demand.sku_code)
    return stores


def _line(
    demand: RankedDemand,
    index: int,
    keys: Mapping[Pair, LevelKey],
    stores: Mapping[str, int],
    at: datetime,
) -> RankedLine:
    found = [(rank, keys[pair]) for rank, pair in enumerate(demand.pairs) if pair in keys]
    trading = [(rank, key) for rank, key in found if key.is_trading_on(at.date())]
    if found and not trading:
        member = "store" if demand.is_fixed else "places"
        raise PlaceClosed(field=f"lines/{index}/{member}", store=demand.places[0])
    return RankedLine(
        units=demand.quantity,
        places=tuple(
            RankedPlace(
                level=key.id,
                line=demand.line if demand.is_fixed else f"{demand.line}:{key.store_code}",
                tier=1 if rank < demand.preferred else 2,
            )
            for rank, key in trading
        ),
        may_split=demand.may_split,
        ranking=None
        if demand.is_fixed
        else tuple(dict.fromkeys(stores[place] for place in demand.places)),
    )


def _slips(book: Book, taken: Taken, terms: RankedTerms) -> list[PromiseSlip]:
    keys = {key.id: key for key in book.keys.values()}
    return [
        PromiseSlip(
            line=_name(book.lines[look.line], look.level),
            store_code=keys[look.level].store_code,
            sku_code=keys[look.level].sku_code,
            quantity=look.units,
            status=terms.status,
            ends_at=terms.ends_at,
            reference=terms.reference,
            owner=terms.owner,
            since=terms.at,
            is_provisional=book.lines[look.line].ranking is not None,
            channel=terms.channel or "",
        )
        for look in taken.looks
    ]


def _name(line: RankedLine, level: int) -> str:
    return next(place.line for place in line.places if place.level == level)


def _shortage(book: Book, taken: Taken, terms: RankedTerms) -> NotEnoughStock:
    """Name the lines that nobody can serve, in their order, and what each place had; of
    one that must stand somewhere, whether the channel may sell it there at all."""
    looks: dict[int, list[Look]] = {number: [] for number in range(len(book.lines))}
    for look in taken.looks:
        looks[look.line].append(look)
    short = [
        number
        for number, line in enumerate(book.lines)
        if sum(look.units for look in looks[number]) < line.units
    ] or [number for number, line in enumerate(book.lines) if line.ranking is not None]
    short.sort(key=lambda number: book.positions[number])
    shortages = [_short_line(book, number, looks[number]) for number in short]
    facts: dict[str, Any] = {**shortages[0], "shortages": shortages}
    first, demand = book.positions[short[0]], book.demands[short[0]]
    asked = Asked(demand.pairs[0], demand.quantity, first)
    if demand.is_fixed and asked.pair in book.keys:
        return refusal_of(
            asked, book.keys[asked.pair], facts, channel=terms.channel, at=terms.at
        )
    return NotEnoughStock(field=asked.field, **facts)


def _short_line(book: Book, number: int, looks: Sequence[Look]) -> dict[str, Any]:
    demand = book.demands[number]
    codes = {key.id: key.store_code for key in book.keys.values()}
    had = {codes[look.level]: look.free for look in looks}
    left = [had.get(place, 0) for place in demand.places]
    return {
        "store": demand.places[0] if demand.is_fixed else None,
        "sku": demand.sku_code,
        "wanted": demand.quantity,
        "available": sum(left) if demand.may_split else max(left),
        "places": [
            {"store": place, "available": units}
            for place, units in zip(demand.places, left, strict=True)
        ],
    }
