"""The wishes of many owners, before the levels are asked: what is kept already, and what
cannot even be tried."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from inventory.catalogue.kits import Piece
from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.promises.models import Promise
from inventory.promises.operations.making import LinePromisedTwice, PlaceClosed
from inventory.promises.operations.retrying import TooManyHolds
from inventory.promises.queries import PromiseSlip, as_asked, slip
from inventory.stock.demand import Pair, is_quantity
from inventory.stock.operations import NotEnoughStock, QuantityOutOfRange
from inventory.stock.queries import LevelKey, Parted, store_ids
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

    @property
    def turns(self) -> tuple[str, str]:
        """Whom it waits for: others for its owner, and others under its reference."""
        return self.owner, f"under {self.reference}"


@dataclass(frozen=True)
class WishAnswer:
    """What became of one wish: kept until a moment, or the reason why not."""

    wish: Wish
    refusal: DomainError | None = None
    ends_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True)
class Tried:
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
class Book:
    """What is known before the levels are asked; `tried` grows as wishes are entered."""

    wishes: Sequence[Wish]
    wanted: Parted
    kept: dict[str, Wish | None]
    held: dict[str, int]
    at: datetime
    tried: list[Tried] = field(default_factory=list)

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
            self.tried.append(Tried(wish, levels))
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
        return short(wish, 0)

    @cached_property
    def known_places(self) -> Collection[str]:
        """Asked once, and only where a level is missing."""
        return store_ids({wish.store_code for wish in self.wishes})

    @cached_property
    def known_skus(self) -> Collection[str]:
        return sku_ids({wish.sku_code for wish in self.wishes})


def earlier_of(wishes: Sequence[Wish]) -> list[PromiseSlip]:
    """What these references keep already."""
    known = Promise.objects.live_among(one.reference for one in wishes)
    if not known:
        return []
    rows = Promise.objects.live().filter(reference__in=known)
    return as_asked(slip(row) for row in rows.select_related("store", "sku", "kit"))


def kept_among(earlier: Sequence[PromiseSlip]) -> dict[str, Wish | None]:
    """The wishes that are kept already; None where it is not one plain hold."""
    kept: dict[str, Wish | None] = {}
    for one in earlier:
        is_plain = one.status == Promise.Status.HELD and one.reference not in kept
        wish = Wish(one.reference, one.owner, one.store_code, one.sku_code, one.quantity)
        kept[one.reference] = wish if is_plain else None
    return kept


def short(wish: Wish, available: int) -> NotEnoughStock:
    return NotEnoughStock(
        store=wish.store_code,
        sku=wish.sku_code,
        wanted=wish.quantity,
        available=max(0, available),
    )
