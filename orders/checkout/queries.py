"""Questions at the counter: what a cart would cost and when it comes; an order whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from orders.carts.models import Channel, Intent
from orders.carts.queries import CartView
from orders.checkout.naming import units_to_name
from orders.checkout.quoting import PricedCart, PricedLine, price_cart
from orders.fulfilment.queries import FulfilmentView, fulfilment_views
from orders.ordering.links import order_url, sign_number
from orders.ordering.queries import OrderView, order_view
from orders.payments.queries import TenderView, tender_views
from orders.sourcing.choices import Sourcing, Wish
from orders.sourcing.operations import source_lines
from stores.network.hours import NeverOpens
from stores.network.places import StorePlace
from stores.network.queries import get_stores, ready_by


@dataclass(frozen=True)
class QuoteLine:
    """What a line of a cart costs now, where it would come from, and by when."""

    sku_code: str
    name: str
    glyph: str
    quantity: int
    intent: str
    store_code: str | None
    unit_price: Decimal | None
    net_amount: Decimal | None
    missing_quantity: int
    from_stores: tuple[str, ...]
    ready_at: datetime | None
    serials_wanted: int = 0
    serials_named: int = 0

    @property
    def unnamed_units(self) -> int:
        """Units taken along whose serial numbers are still to be scanned."""
        return self.serials_wanted - self.serials_named

    @property
    def is_for_sale(self) -> bool:
        """Whether the catalogue sells it at a published price."""
        return self.unit_price is not None


@dataclass(frozen=True)
class Quote:
    """What ordering this cart now would cost and bring."""

    cart: CartView
    lines: tuple[QuoteLine, ...]
    currency: str
    items_amount: Decimal
    discount_amount: Decimal
    delivery_amount: Decimal
    tax_amount: Decimal
    total_amount: Decimal
    points: int
    points_amount: Decimal
    points_most: int
    due_amount: Decimal
    parcels: int

    @property
    def can_be_ordered(self) -> bool:
        """Whether every line is for sale and in stock, and what is taken along is named."""
        return self.is_there and all(line.unnamed_units <= 0 for line in self.lines)

    @property
    def is_there(self) -> bool:
        """Whether every line is for sale and in stock."""
        return bool(self.lines) and all(
            line.is_for_sale and not line.missing_quantity for line in self.lines
        )


@dataclass(frozen=True)
class OrderPage:
    """An order with how it is paid and how it comes."""

    order: OrderView
    tenders: list[TenderView]
    fulfilments: list[FulfilmentView]
    page_url: str
    link: str


def quote_cart(cart: CartView, *, at: datetime, channel: str | None = None) -> Quote:
    """What a cart costs and when its goods would be ready, as things are now in the
    channel that asks (in the cart's own, if none is named)."""
    priced = price_cart(cart, at=at, strict=False)
    selling = channel or (Channel.TABLET if cart.store_code else cart.channel)
    sourcing = source_lines(_wishes(priced), cart.recipient, channel=selling, at=at)
    sources = _sources(sourcing)
    places = get_stores({code for codes in sources.values() for code in codes})
    price = priced.price
    wanted = units_to_name(cart.lines)
    parcels = {(choice.store_code, choice.intent) for choice in sourcing.choices}
    return Quote(
        cart=cart,
        lines=tuple(
            replace(
                _line(one, sourcing.missing.get(i, 0), sources.get(i, ()), places, at),
                serials_wanted=units,
                serials_named=len(one.line.serials) if units else 0,
            )
            for i, (one, units) in enumerate(
                zip(priced.lines, wanted, strict=True), start=1
            )
        ),
        currency=price.currency,
        items_amount=price.items_amount,
        discount_amount=price.discount_amount,
        delivery_amount=price.delivery_amount,
        tax_amount=price.tax_amount,
        total_amount=price.total_amount,
        points=priced.points,
        points_amount=price.points_amount,
        points_most=priced.points_most,
        due_amount=price.due_amount,
        parcels=len(parcels),
    )


def order_page(number: str) -> OrderPage:
    """The whole order.

    Raises:
        OrderNotFound: no order has this number.
    """
    return OrderPage(
        order=order_view(number),
        tenders=tender_views(number),
        fulfilments=fulfilment_views(number),
        page_url=order_url(number),
        link=sign_number(number),
    )


def _wishes(priced: PricedCart) -> list[Wish]:
    return [
        Wish(i, one.line.sku_code, one.line.quantity, one.line.intent, one.line.store_code)
        for i, one in enumerate(priced.lines, start=1)
    ]


def _sources(sourcing: Sourcing) -> dict[int, tuple[str, ...]]:
    sources: dict[int, tuple[str, ...]] = {}
    for choice in sourcing.choices:
        known = sources.get(choice.position, ())
        sources[choice.position] = (*known, choice.store_code)
    return sources


def _line(
    one: PricedLine,
    missing: int,
    sources: tuple[str, ...],
    places: Mapping[str, StorePlace],
    at: datetime,
) -> QuoteLine:
    return QuoteLine(
        sku_code=one.line.sku_code,
        name=one.card.name if one.card else one.line.sku_code,
        glyph=one.card.glyph if one.card else "box",
        quantity=one.line.quantity,
        intent=one.line.intent,
        store_code=one.line.store_code,
        unit_price=one.price.unit_price if one.price else None,
        net_amount=one.price.net_amount if one.price else None,
        missing_quantity=missing,
        from_stores=sources,
        ready_at=None if missing else _ready([places[code] for code in sources], one, at),
    )


def _ready(places: list[StorePlace], one: PricedLine, at: datetime) -> datetime | None:
    """When the last of the places would have it ready."""
    if one.line.intent == Intent.CARRY_OUT:
        return at
    try:
        return max((ready_by(place, at) for place in places), default=None)
    except NeverOpens:
        return None
