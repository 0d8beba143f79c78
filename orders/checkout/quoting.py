"""What a cart costs now: published prices, points, delivery."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from inventory.catalogue.queries import SkuCard, sku_cards
from loyalty.points.queries import quote_redemption, worth_of
from omniretail.kernel.money import Money
from orders.carts.models import Intent
from orders.carts.operations import NotForSale
from orders.carts.queries import CartLineView, CartView
from orders.ordering.pricing import (
    LinePrice,
    OrderPrice,
    Tariff,
    delivery_price,
    price_line,
    price_order,
)

NOTHING = Decimal(0)


@dataclass(frozen=True)
class PricedLine:
    """A line of a cart with its card and price; no price when it is not for sale."""

    line: CartLineView
    card: SkuCard | None
    price: LinePrice | None


@dataclass(frozen=True)
class PricedCart:
    """A cart with everything that its order would cost."""

    cart: CartView
    lines: tuple[PricedLine, ...]
    price: OrderPrice
    points: int
    points_most: int


def price_cart(cart: CartView, *, at: datetime, strict: bool = True) -> PricedCart:
    """Price a cart at the published prices of a moment.

    Points are spent as far as was asked, and as far as the account and loyalty's rules
    allow.

    Raises:
        NotForSale: a line cannot be sold any more (only if `strict`).
    """
    cards = sku_cards({line.sku_code for line in cart.lines}, at=at, currency=cart.currency)
    lines = tuple(
        _priced(line, cards.get(line.sku_code), cart.currency) for line in cart.lines
    )
    for index, priced in enumerate(lines):
        if strict and priced.price is None:
            raise NotForSale(field=f"lines/{index}/sku", sku=priced.line.sku_code)
    sold = [priced.price for priced in lines if priced.price is not None]
    goods = Money(sum((price.net_amount for price in sold), NOTHING), cart.currency)
    most = _points_most(cart, goods)
    points = min(cart.redeem_points, most)
    tariff = tariff_of(cart.currency)
    price = price_order(
        sold,
        currency=cart.currency,
        delivery_amount=delivery_price(_shipped_amount(lines), tariff),
        delivery_tax_rate=tariff.tax_rate,
        points_amount=worth_of(points, cart.currency).amount if points else NOTHING,
    )
    return PricedCart(cart, lines, price, points, most)


def tariff_of(currency: str) -> Tariff:
    """What delivery costs in a currency; nothing where no tariff is set."""
    row = settings.DELIVERY.get(currency)
    if row is None:
        return Tariff(NOTHING, None, NOTHING)
    free_from = row.get("free_from")
    return Tariff(
        price=Decimal(row["price"]),
        free_from=None if free_from is None else Decimal(free_from),
        tax_rate=Decimal(row["tax_rate"]),
    )


def _priced(line: CartLineView, card: SkuCard | None, currency: str) -> PricedLine:
    if card is None or not card.is_active or card.price is None:
        return PricedLine(line, card, None)
    price = price_line(
        quantity=line.quantity,
        unit_price=card.price.amount,
        tax_rate=card.tax_rate,
        currency=currency,
    )
    return PricedLine(line, card, price)


def _shipped_amount(lines: tuple[PricedLine, ...]) -> Decimal:
    shipped = (
        priced.price.net_amount
        for priced in lines
        if priced.price is not None and priced.line.intent == Intent.SHIP
    )
    return sum(shipped, NOTHING)


def _points_most(cart: CartView, goods: Money) -> int:
    if cart.customer_number is None or not goods:
        return 0
    return quote_redemption(customer_number=cart.customer_number, amount=goods).points
