"""Many owners want the same few units at the same moment: one statement serves them all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.promises.models import Intent, Promise
from inventory.promises.operations.making import LinePromisedTwice, PlaceClosed
from inventory.promises.operations.refusing import barred
from inventory.promises.operations.retrying import TooManyHolds
from inventory.selling.queries import sellable_of
from inventory.stock.demand import Pair, is_quantity
from inventory.stock.operations import NotEnoughStock, QuantityOutOfRange
from inventory.stock.queries import LevelKey, level_keys, store_ids
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
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
    """What became of one wish: kept, or the reason why not."""

    wish: Wish
    refusal: DomainError | None = None

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

    A wish that is already kept is kept: asking again takes nothing more. A wish that
    cannot be kept is refused, and those behind it go on:

    NotEnoughStock, NotInNetwork, NotForSaleHere, TooManyHolds, PlaceClosed,
    QuantityOutOfRange, StoreNotFound, SkuNotFound, and LinePromisedTwice for a reference
    that keeps something else.
    Wishes of one call count towards their owner's most whether or not they are kept.
    """
    del by  # the door's audit entry says who
    Promise.objects.one_at_a_time(wish.owner for wish in wishes)
    book = _Book(
        keys=level_keys(wish.pair for wish in wishes),
        places=store_ids({wish.store_code for wish in wishes}),
        kept=_kept(wishes),
        held=Promise.objects.references_held_by(wish.owner for wish in wishes),
        at=at,
    )
    refusals = [book.enter(wish) for wish in wishes]
    lost = _try(book, channel=channel, ends_at=ends_at, at=at)
    return [
        WishAnswer(wish, refusal or lost.get(wish.reference))
        for wish, refusal in zip(wishes, refusals, strict=True)
    ]


@dataclass
class _Book:
    """What is known before the levels are asked; `tried` grows as wishes are entered."""

    keys: dict[Pair, LevelKey]
    places: dict[str, int]
    kept: dict[str, Wish | None]
    held: dict[str, int]
    at: datetime
    tried: list[Wish] = field(default_factory=list)

    def enter(self, wish: Wish) -> DomainError | None:
        """Line a wish up, or say why it cannot even be tried."""
        if wish.reference in self.kept:
            is_same = self.kept[wish.reference] == wish
            return None if is_same else LinePromisedTwice(reference=wish.reference)
        refusal = self._refusal(wish)
        if refusal is None:
            self.kept[wish.reference] = wish
            self.held[wish.owner] = self.held.get(wish.owner, 0) + 1
            self.tried.append(wish)
        return refusal

    def _refusal(self, wish: Wish) -> DomainError | None:
        most = limits().holds_per_owner
        if not is_quantity(wish.quantity):
            return QuantityOutOfRange()
        if self.held.get(wish.owner, 0) >= most:
            return TooManyHolds(owner=wish.owner, most=most)
        if wish.store_code not in self.places:
            return StoreNotFound(store=wish.store_code)
        key = self.keys.get(wish.pair)
        if key is None:
            return _nothing_here(wish)
        if not key.is_trading_on(self.at.date()):
            return PlaceClosed(store=wish.store_code)
        return None


def _try(
    book: _Book, *, channel: str, ends_at: datetime, at: datetime
) -> dict[str, DomainError]:
    """Ask the levels; answers the references that got nothing, and why."""
    intents = [
        Intent(book.keys[wish.pair].id, wish.quantity, wish.owner, wish.reference)
        for wish in book.tried
    ]
    decisions = Promise.objects.first_come(intents, channel=channel, ends_at=ends_at, at=at)
    lost = {
        wish: decision.free
        for wish, decision in zip(book.tried, decisions, strict=True)
        if not decision.is_kept
    }
    barred = _barred({wish.pair for wish in lost}, book, channel, at)
    return {
        wish.reference: barred.get(wish.pair) or _short(wish, free)
        for wish, free in lost.items()
    }


def _barred(
    pairs: Collection[Pair], book: _Book, channel: str, at: datetime
) -> dict[Pair, DomainError]:
    """The levels of which the channel may sell nothing, and why not."""
    levels = [book.keys[pair].id for pair in pairs]
    found = sellable_of(levels, channel=channel, at=at) if levels else {}
    return {
        pair: error
        for pair, one in found.items()
        if (error := barred(one, channel)) is not None
    }


def _kept(wishes: Sequence[Wish]) -> dict[str, Wish | None]:
    """What these references keep already; None where it is not one plain hold."""
    rows = Promise.objects.live().filter(reference__in=[one.reference for one in wishes])
    kept: dict[str, Wish | None] = {}
    for row in rows.select_related("store", "sku"):
        is_plain = row.status == Promise.Status.HELD and row.reference not in kept
        wish = Wish(row.reference, row.owner, row.store.code, row.sku.code, row.quantity)
        kept[row.reference] = wish if is_plain else None
    return kept


def _nothing_here(wish: Wish) -> DomainError:
    """The place has no level of this SKU: there is none of it, or no such SKU."""
    if wish.sku_code not in sku_ids([wish.sku_code]):
        return SkuNotFound(sku=wish.sku_code)
    return _short(wish, 0)


def _short(wish: Wish, available: int) -> NotEnoughStock:
    return NotEnoughStock(
        store=wish.store_code,
        sku=wish.sku_code,
        wanted=wish.quantity,
        available=max(0, available),
    )
