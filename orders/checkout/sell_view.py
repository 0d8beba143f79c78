"""What the Sell page says: the cart, the ways each line can leave, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inventory.catalogue.queries import SkuCard, SkuNotFound, find_skus, sku_by_gtin
from inventory.selling.queries import sellable_units
from inventory.stock.promise_words import distance_words
from loyalty.identity.queries import CustomerCard, customer_card
from orders.carts.models import Channel, Intent
from orders.carts.queries import CartView
from orders.checkout.queries import Quote, QuoteLine, quote_cart
from stores.network.hours import NeverOpens
from stores.network.places import StorePlace, ready_by
from stores.network.queries import nearest

PLACES_LOOKED_AT = 8
PLACES_SHOWN = 2


@dataclass(frozen=True)
class Shelf:
    """What one place has of a SKU, how far it is, and by when it would be ready."""

    place: StorePlace
    distance_km: float
    available: int
    ready_at: datetime | None


@dataclass(frozen=True)
class Way:
    """One way for a line to leave: from which place, how many are there, by when."""

    intent: str
    place: StorePlace | None
    available: int
    distance_km: float | None
    ready_at: datetime | None
    is_chosen: bool
    is_possible: bool

    @property
    def store_code(self) -> str:
        return self.place.code if self.place else ""

    @property
    def distance(self) -> str:
        """How far it is, in words."""
        return distance_words(self.distance_km)


@dataclass(frozen=True)
class SellLine:
    """A line on the Sell page with the ways it could leave."""

    line: QuoteLine
    ways: tuple[Way, ...]
    serials: tuple[str, ...]
    unnamed: int

    @property
    def fewer(self) -> int:
        return self.line.quantity - 1

    @property
    def more(self) -> int:
        return self.line.quantity + 1


@dataclass(frozen=True)
class SellPage:
    """Everything the Sell page shows."""

    cart: CartView
    quote: Quote
    lines: tuple[SellLine, ...]
    customer: CustomerCard | None
    needs_contact: bool
    needs_address: bool

    @property
    def to_come(self) -> bool:
        """Whether something does not leave with the customer."""
        return any(one.line.intent != Intent.CARRY_OUT for one in self.lines)

    @property
    def to_ship(self) -> bool:
        """Whether something is shipped home."""
        return any(one.line.intent == Intent.SHIP for one in self.lines)

    @property
    def is_payable(self) -> bool:
        """Whether the main button may be pressed."""
        return self.quote.can_be_ordered and not (
            self.needs_contact or self.needs_address or self.needs_serials
        )

    @property
    def needs_serials(self) -> bool:
        """Whether units are taken along that nobody has told apart."""
        return any(one.unnamed > 0 for one in self.lines)


def sell_page(cart: CartView, store: StorePlace, *, at: datetime) -> SellPage:
    """The page of a cart in a store."""
    quote = quote_cart(cart, at=at, channel=Channel.TABLET)
    shelves = _shelves([line.sku_code for line in quote.lines], store, at)
    lines = tuple(
        SellLine(
            line,
            _ways(line, store, shelves[line.sku_code]),
            told.serials,
            line.unnamed_units,
        )
        for line, told in zip(quote.lines, cart.lines, strict=True)
    )
    intents = {line.intent for line in quote.lines}
    recipient = cart.recipient
    number = cart.customer_number
    return SellPage(
        cart=cart,
        quote=quote,
        lines=lines,
        customer=customer_card(number) if number else None,
        needs_contact=bool(intents - {Intent.CARRY_OUT})
        and not (recipient.phone or recipient.email),
        needs_address=Intent.SHIP in intents and not (recipient.city and recipient.address),
    )


def found_goods(text: str, store: StorePlace, *, at: datetime) -> list[SkuCard]:
    """What a scanned barcode, a code or some words stand for; exactly one for a scan."""
    currency = store.currency
    try:
        code = sku_by_gtin(text)
    except SkuNotFound:
        code = text
    cards = find_skus(code, at=at, currency=currency, limit=12)
    exact = [card for card in cards if card.code.casefold() == code.casefold()]
    return exact or cards


def first_way(card: SkuCard, store: StorePlace, *, at: datetime) -> tuple[str, str | None]:
    """How a unit most likely leaves: along, if it lies here, else it is shipped."""
    lies_here = _units([card.code], [store.code], at)
    if lies_here and store.can_sell:
        return Intent.CARRY_OUT, store.code
    return Intent.SHIP, None


def _ways(line: QuoteLine, store: StorePlace, near: Sequence[Shelf]) -> tuple[Way, ...]:
    here = [one for one in near if one.place.code == store.code]
    elsewhere = [
        one
        for one in near
        if one.place.code != store.code
        and one.place.can_pickup
        and (one.available >= line.quantity or one.place.code == line.store_code)
    ]
    ways = [_way(line, Intent.CARRY_OUT, one) for one in here]
    ways += [_way(line, Intent.COLLECT, one) for one in here if _is_chosen(line, one)]
    ways += [_way(line, Intent.COLLECT, one) for one in elsewhere[:PLACES_SHOWN]]
    return (*ways, _shipping(line, near))


def _is_chosen(line: QuoteLine, one: Shelf) -> bool:
    return line.intent == Intent.COLLECT and line.store_code == one.place.code


def _way(line: QuoteLine, intent: str, one: Shelf) -> Way:
    return Way(
        intent=intent,
        place=one.place,
        available=one.available,
        distance_km=one.distance_km,
        ready_at=one.ready_at,
        is_chosen=line.intent == intent and line.store_code == one.place.code,
        is_possible=one.available >= line.quantity,
    )


def _shipping(line: QuoteLine, near: Sequence[Shelf]) -> Way:
    chosen = line.intent == Intent.SHIP
    sending = [one for one in near if one.place.can_ship and one.available]
    units = sum(one.available for one in sending)
    return Way(
        intent=Intent.SHIP,
        place=None,
        available=units,
        distance_km=None,
        ready_at=line.ready_at if chosen else None,
        is_chosen=chosen,
        is_possible=not line.missing_quantity if chosen else units >= line.quantity,
    )


def _shelves(
    sku_codes: Sequence[str], store: StorePlace, at: datetime
) -> dict[str, list[Shelf]]:
    """What the places around have of each SKU; as many questions for one as for many."""
    near = nearest(store.latitude, store.longitude, at=at, limit=PLACES_LOOKED_AT)
    stock = _units(sku_codes, [place.code for place, _km in near], at)
    ready = {place.code: _ready_by(place, at) for place, _km in near}
    return {
        sku: [
            Shelf(place, km, stock.get((place.code, sku), 0), ready[place.code])
            for place, km in near
        ]
        for sku in sku_codes
    }


def _units(
    sku_codes: Sequence[str], store_codes: Sequence[str], at: datetime
) -> dict[tuple[str, str], int]:
    """What may be sold at the counter, by place and SKU."""
    return sellable_units(
        channel=Channel.TABLET, store_codes=store_codes, sku_codes=sku_codes, at=at
    )


def _ready_by(place: StorePlace, at: datetime) -> datetime | None:
    try:
        return ready_by(place, at)
    except NeverOpens:
        return None
