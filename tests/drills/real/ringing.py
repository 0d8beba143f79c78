"""How a line of the grocer's books is rung up at our till. Pure.

`sales_cents` is what the shop got for the line. What it took off the shelf price, by its
own card or by doubling a coupon, is the line's discount. A maker's coupon pays a part of
`sales_cents`: it is a way to pay and changes no price.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Manner(StrEnum):
    """What is peculiar about a line; most have several units of nothing peculiar."""

    PLAIN = "as the source has them"
    SPLIT = "whose sum is no multiple of a unit price: rounded up, the rest a discount"
    MEASURED = "of fuel in thousandths of a gallon: a cent each, the rest a discount"
    FREE = "given away: a price and a discount of the same amount"
    MONEY_ONLY = "with money but no units: rung up as one unit"
    NOTHING = "with neither units nor money (paper coupons, voids): nothing was sold"


@dataclass(frozen=True)
class SourceLine:
    """A line of a basket as the grocer has it; amounts in cents."""

    product: str
    quantity: int
    sales_cents: int
    card_cents: int = 0
    match_cents: int = 0
    coupon_cents: int = 0

    @property
    def shelf_cents(self) -> int:
        """What all its units would have cost without the shop's discounts."""
        return self.sales_cents + self.card_cents + self.match_cents


@dataclass(frozen=True)
class Rung:
    """The same line as a till tells it."""

    product: str
    quantity: int
    unit_cents: int
    discount_cents: int
    manner: Manner

    @property
    def net_cents(self) -> int:
        return self.unit_cents * self.quantity - self.discount_cents


def ring_up(line: SourceLine) -> Rung | None:
    """The line as the till tells it; nothing where nothing was sold.

    The unit price is the shelf price of one, rounded up to the cent where the sum does
    not divide ("three for five dollars"), so that the discount is never negative and
    the line comes to what the shop got, to the cent.
    """
    manner = manner_of(line)
    if manner is Manner.NOTHING:
        return None
    quantity = line.quantity or 1
    unit = -(-line.shelf_cents // quantity)
    discount = unit * quantity - line.sales_cents
    return Rung(line.product, quantity, unit, discount, manner)


def manner_of(line: SourceLine) -> Manner:
    """What is peculiar about it."""
    if not line.quantity:
        return Manner.MONEY_ONLY if line.sales_cents else Manner.NOTHING
    if not line.sales_cents:
        return Manner.FREE
    if line.shelf_cents < line.quantity:
        return Manner.MEASURED
    return Manner.SPLIT if line.shelf_cents % line.quantity else Manner.PLAIN


def ring_all(lines: Iterable[SourceLine]) -> tuple[Rung, ...]:
    """What of a basket can be told: all lines with units or money."""
    return tuple(rung for line in lines if (rung := ring_up(line)) is not None)


def total_cents(rungs: Sequence[Rung]) -> int:
    """What the customer's receipt comes to."""
    return sum(rung.net_cents for rung in rungs)


def amount(cents: int) -> str:
    """Cents as an amount at the door."""
    return str(Decimal(cents).scaleb(-2))
