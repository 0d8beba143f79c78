"""Many owners want the same few units at the same moment: one statement serves them all."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction

from inventory.catalogue.kits import Piece
from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.promises.models import Intent, Promise
from inventory.promises.operations.making import (
    LinePromisedTwice,
    PlaceClosed,
    lock_levels,
)
from inventory.promises.operations.refusing import barred
from inventory.promises.operations.retrying import TooManyHolds
from inventory.promises.queries import PromiseSlip, as_asked, slip
from inventory.selling.models import promise_levels
from inventory.selling.queries import sellable_of
from inventory.stock.demand import Pair, is_quantity
from inventory.stock.models import Shift
from inventory.stock.operations import NotEnoughStock, QuantityOutOfRange
from inventory.stock.queries import LevelKey, Parted, parted, store_ids
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.locking import Busy
from stores.network.queries import StoreNotFound


@dataclass(frozen=True)
class Wish:
    """Units of one SKU at one place that one owner wants kept."""

    reference: str
    owner: str
    store_code: str
    sku_code: str
    quantity: int

    @property
    def pair(self) -> Pair:
        return self.store_code, self.sku_code


@dataclass(frozen=True)
class WishAnswer:
    """What became of one wish: kept until a moment, or the reason why not."""

    wish: Wish
    refusal: DomainError | None = None
    ends_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        return self.refusal is None


@transaction.atomic
def hold_first_come(
    *,
    wishes: Sequence[Wish],
    ends_at: datetime,
    by: Actor,
    at: datetime,
    channel: str = "",
) -> list[WishAnswer]:
    """Keep units for each wish in the order of arrival; each has its own answer.

    A wish that is already kept is kept, until the same moment as before: asking again
    takes nothing more. A wish that cannot be kept is refused, and those behind it go on:

    NotEnoughStock, NotInNetwork, NotForSaleHere, TooManyHolds, PlaceClosed,
    QuantityOutOfRange, StoreNotFound, SkuNotFound, and LinePromisedTwice for a reference
    that keeps something else.
    Wishes of one call count towards their owner's most whether or not they are kept.
    """
    del by  # the door's audit entry says who
    Promise.objects.one_at_a_time(wish.owner for wish in wishes)
    wanted = parted([(wish.pair, wish.quantity) for wish in wishes])
    earlier = _earlier(wishes)
    book = _Book(
        wishes=wishes,
        wanted=wanted,
        kept=_kept(earlier),
        held=Promise.objects.references_held_by(wish.owner for wish in wishes),
        at=at,
    )
    refusals = [book.enter(wish, index) for index, wish in enumerate(wishes)]
    lost = _try(book, channel=channel, ends_at=ends_at, at=at)
    ends = {one.reference: one.ends_at for one in earlier}
    told = [
        (wish, refusal or lost.get(wish.reference))
        for wish, refusal in zip(wishes, refusals, strict=True)
    ]
    return [
        WishAnswer(wish, why)
        if why
        else WishAnswer(wish, ends_at=ends.get(wish.reference, ends_at))
        for wish, why in told
    ]


@dataclass(frozen=True)
class _Tried:
    """A wish and the levels it wants: the SKU's, or those of the parts of a kit."""

    wish: Wish
    pieces: tuple[tuple[LevelKey, Piece], ...]

    def available(self, free: Mapping[int, int]) -> int:
        """How many of it these levels still make."""
        return min(
            free[key.id] // (piece.share.per_kit if piece.share else 1)
            for key, piece in self.pieces
        )


@dataclass
class _Book:
    """What is known before the levels are asked; `tried` grows as wishes are entered."""

    wishes: Sequence[Wish]
    wanted: Parted
    kept: dict[str, Wish | None]
    held: dict[str, int]
    at: datetime
    tried: list[_Tried] = field(default_factory=list)

    @cached_property
    def pieces(self) -> dict[int, list[tuple[Pair, Piece]]]:
        """What each wish wants of the shelves."""
        found: dict[int, list[tuple[Pair, Piece]]] = {}
        for pair, piece in self.wanted.pieces:
            found.setdefault(piece.index, []).append((pair, piece))
        return found

    def enter(self, wish: Wish, index: int) -> DomainError | None:
        """Line a wish up, or say why it cannot even be tried."""
        if wish.reference in self.kept:
            is_same = self.kept[wish.reference] == wish
            return None if is_same else LinePromisedTwice(reference=wish.reference)
        pieces = self.pieces[index]
        refusal = self._refusal(wish, [pair for pair, _piece in pieces])
        if refusal is None:
            self.kept[wish.reference] = wish
            self.held[wish.owner] = self.held.get(wish.owner, 0) + 1
            keys = self.wanted.keys
            levels = tuple((keys[pair], piece) for pair, piece in pieces)
            self.tried.append(_Tried(wish, levels))
        return refusal

    def _refusal(self, wish: Wish, pairs: Sequence[Pair]) -> DomainError | None:
        most = limits().holds_per_owner
        if not is_quantity(wish.quantity):
            return QuantityOutOfRange()
        if self.held.get(wish.owner, 0) >= most:
            return TooManyHolds(owner=wish.owner, most=most)
        keys = [self.wanted.keys[pair] for pair in pairs if pair in self.wanted.keys]
        if len(keys) < len(pairs):
            return self._nothing_here(wish)
        if not all(key.is_trading_on(self.at.date()) for key in keys):
            return PlaceClosed(store=wish.store_code)
        return None

    def _nothing_here(self, wish: Wish) -> DomainError:
        """The place has none of this SKU, or there is no such place or SKU."""
        if wish.store_code not in self.known_places:
            return StoreNotFound(store=wish.store_code)
        if wish.sku_code not in self.known_skus:
            return SkuNotFound(sku=wish.sku_code)
        return _short(wish, 0)

    @cached_property
    def known_places(self) -> Collection[str]:
        """Asked once, and only where a level is missing."""
        return store_ids({wish.store_code for wish in self.wishes})

    @cached_property
    def known_skus(self) -> Collection[str]:
        return sku_ids({wish.sku_code for wish in self.wishes})


def _try(
    book: _Book, *, channel: str, ends_at: datetime, at: datetime
) -> dict[str, DomainError]:
    """Ask the levels; answers the references that got nothing, and why."""
    if any(piece.share for _pair, piece in book.wanted.pieces):
        return _try_kits(book, channel=channel, ends_at=ends_at, at=at)
    intents = [
        Intent(key.id, piece.quantity, one.wish.owner, one.wish.reference)
        for one in book.tried
        for key, piece in one.pieces
    ]
    decisions = Promise.objects.first_come(intents, channel=channel, ends_at=ends_at, at=at)
    lost = [
        (one, decision.free)
        for one, decision in zip(book.tried, decisions, strict=True)
        if not decision.is_kept
    ]
    return _refusals(lost, channel, at)


def _refusals(
    lost: Sequence[tuple[_Tried, int]], channel: str, at: datetime
) -> dict[str, DomainError]:
    """Why wishes got nothing: the channel may sell none of it there, or there is too
    little."""
    levels = {key.id for one, _free in lost for key, _piece in one.pieces}
    found = sellable_of(levels, channel=channel, at=at) if levels else {}
    told = dict[str, DomainError]()
    for one, free in lost:
        looks = [found.get((key.store_code, key.sku_code)) for key, _piece in one.pieces]
        why = [barred(look, channel) for look in looks if look is not None]
        is_barred = next((error for error in why if error is not None), None)
        told[one.wish.reference] = is_barred or _short(one.wish, free)
    return told


def _try_kits(
    book: _Book, *, channel: str, ends_at: datetime, at: datetime
) -> dict[str, DomainError]:
    """The same where a wish wants several levels at once: all of them are taken in key
    order, then it is decided in order of arrival."""
    keys = {key.id: key for one in book.tried for key, _piece in one.pieces}
    lock_levels(keys.values())
    found = sellable_of(keys, channel=channel, at=at)
    free = {key.id: found[key.store_code, key.sku_code].units for key in keys.values()}
    kept, lost, taken = list[_Tried](), list[tuple[_Tried, int]](), Counter[int]()
    for one in book.tried:
        if one.available(free) < one.wish.quantity:
            lost.append((one, one.available(free)))
            continue
        kept.append(one)
        for key, piece in one.pieces:
            free[key.id] -= piece.quantity
            taken[key.id] += piece.quantity
    shifts = [Shift(key, reserved=units) for key, units in taken.items()]
    levels = promise_levels(shifts, channel=channel, at=at) if shifts else {}
    if len(levels) != len(shifts):
        raise Busy
    Promise.objects.bulk_create(
        Promise(
            **_row(one.wish, key, piece),
            ends_at=ends_at,
            created_at=at,
            channel=channel,
            spare=levels[key.id].spare,
        )
        for one in kept
        for key, piece in one.pieces
    )
    return _refusals(lost, channel, at)


def _row(wish: Wish, key: LevelKey, piece: Piece) -> dict[str, Any]:
    return {
        "store_id": key.store_id,
        "sku_id": key.sku_id,
        "kit_id": piece.share.kit.id if piece.share else None,
        "per_kit": piece.share.per_kit if piece.share else 1,
        "quantity": piece.quantity,
        "status": Promise.Status.HELD,
        "owner": wish.owner,
        "reference": wish.reference,
        "line": "1",
    }


def _earlier(wishes: Sequence[Wish]) -> list[PromiseSlip]:
    """What these references keep already."""
    known = Promise.objects.live_among(one.reference for one in wishes)
    if not known:
        return []
    rows = Promise.objects.live().filter(reference__in=known)
    return as_asked(slip(row) for row in rows.select_related("store", "sku", "kit"))


def _kept(earlier: Sequence[PromiseSlip]) -> dict[str, Wish | None]:
    """The wishes that are kept already; None where it is not one plain hold."""
    kept: dict[str, Wish | None] = {}
    for one in earlier:
        is_plain = one.status == Promise.Status.HELD and one.reference not in kept
        wish = Wish(one.reference, one.owner, one.store_code, one.sku_code, one.quantity)
        kept[one.reference] = wish if is_plain else None
    return kept


def _short(wish: Wish, available: int) -> NotEnoughStock:
    return NotEnoughStock(
        store=wish.store_code,
        sku=wish.sku_code,
        wanted=wish.quantity,
        available=max(0, available),
    )
