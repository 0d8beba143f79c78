"""The arithmetic of a price: lines, delivery, points and the tax inside them.

Every amount is exact to the minor unit of one currency. Prices include tax. Where an
amount is divided, the cuts are taken from the running total, so that the parts sum to
the whole and the last one takes the residue.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from omniretail.kernel.money import Money

HUNDRED = Decimal(100)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Tariff:
    """What delivery of an order costs, and from which sum on it is free."""

    price: Decimal
    free_from: Decimal | None
    tax_rate: Decimal


@dataclass(frozen=True)
class LinePrice:
    """What some units of one SKU cost together."""

    quantity: int
    unit_price: Decimal
    tax_rate: Decimal
    discount_amount: Decimal
    net_amount: Decimal
    tax_amount: Decimal
    points_amount: Decimal = NOTHING


@dataclass(frozen=True)
class OrderPrice:
    """What an order costs; `due_amount` is left to pay with money."""

    currency: str
    lines: tuple[LinePrice, ...]
    items_amount: Decimal
    discount_amount: Decimal
    delivery_amount: Decimal
    total_amount: Decimal
    tax_amount: Decimal
    points_amount: Decimal

    @property
    def due_amount(self) -> Decimal:
        return self.total_amount - self.points_amount


def included_tax(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """The tax inside an amount that includes it."""
    return Money(amount * rate / (HUNDRED + rate), currency).amount


def price_line(
    *,
    quantity: int,
    unit_price: Decimal,
    tax_rate: Decimal,
    currency: str,
    discount_amount: Decimal = NOTHING,
) -> LinePrice:
    """Price some units of one SKU.

    Raises:
        ValueError: the units would cost less than nothing.
    """
    price = Money(unit_price, currency).amount
    discount = Money(discount_amount, currency).amount
    net = price * quantity - discount
    if quantity < 1 or price < 0 or discount < 0 or net < 0:
        raise ValueError("a line has units, and costs nothing or more")
    return LinePrice(
        quantity=quantity,
        unit_price=price,
        tax_rate=tax_rate,
        discount_amount=discount,
        net_amount=net,
        tax_amount=included_tax(net, tax_rate, currency),
    )


def delivery_price(shipped_amount: Decimal, tariff: Tariff) -> Decimal:
    """What it costs to bring goods of that worth to the customer."""
    if shipped_amount <= 0:
        return NOTHING
    if tariff.free_from is not None and shipped_amount >= tariff.free_from:
        return NOTHING
    return tariff.price


def price_order(
    lines: Sequence[LinePrice],
    *,
    currency: str,
    delivery_amount: Decimal = NOTHING,
    delivery_tax_rate: Decimal = NOTHING,
    points_amount: Decimal = NOTHING,
) -> OrderPrice:
    """Sum an order up and spread what points pay over its lines.

    Points pay for goods only, never for delivery.

    Raises:
        ValueError: points would pay for more than the goods.
    """
    goods = sum((line.net_amount for line in lines), NOTHING)
    delivery = Money(delivery_amount, currency).amount
    tax = sum((line.tax_amount for line in lines), NOTHING)
    return OrderPrice(
        currency=currency,
        lines=_with_points(lines, points_amount, goods, currency),
        items_amount=sum((line.unit_price * line.quantity for line in lines), NOTHING),
        discount_amount=sum((line.discount_amount for line in lines), NOTHING),
        delivery_amount=delivery,
        total_amount=goods + delivery,
        tax_amount=tax + included_tax(delivery, delivery_tax_rate, currency),
        points_amount=points_amount,
    )


def _with_points(
    lines: Sequence[LinePrice], points_amount: Decimal, goods: Decimal, currency: str
) -> tuple[LinePrice, ...]:
    if points_amount < 0 or points_amount > goods:
        raise ValueError("points pay for the goods at most")
    if not points_amount:
        return tuple(lines)
    weights = [line.net_amount for line in lines]
    shares = Money(points_amount, currency).split(weights)
    return tuple(
        replace(line, points_amount=share.amount)
        for line, share in zip(lines, shares, strict=True)
    )
