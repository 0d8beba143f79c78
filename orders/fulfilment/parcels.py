"""What goes into which bag or parcel, and what each part of it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from omniretail.kernel.money import Money


@dataclass(frozen=True)
class ParcelItem:
    """Units of one order line; `promise_line` names the promise that keeps them."""

    position: int
    quantity: int
    promise_line: str


@dataclass(frozen=True)
class Parcel:
    """What one place prepares, and how it leaves: carried out, collected or shipped."""

    store_code: str
    kind: str
    items: tuple[ParcelItem, ...]


@dataclass(frozen=True)
class Worth:
    """What the customer pays for some units, and how much of it with points."""

    net_amount: Decimal
    points_amount: Decimal

    def __add__(self, other: "Worth") -> "Worth":
        return Worth(
            self.net_amount + other.net_amount, self.points_amount + other.points_amount
        )

    def __sub__(self, other: "Worth") -> "Worth":
        return Worth(
            self.net_amount - other.net_amount, self.points_amount - other.points_amount
        )

    @property
    def money_amount(self) -> Decimal:
        """The part that is not paid with points."""
        return self.net_amount - self.points_amount


NOTHING = Worth(Decimal(0), Decimal(0))


def split_worth(whole: Worth, quantities: Sequence[int], currency: str) -> list[Worth]:
    """Divide an amount over groups of units, exactly; points never exceed the amount.

    Money and points are divided apart, so that each sums to its whole.
    """
    money = Money(whole.money_amount, currency).split(quantities)
    points = Money(whole.points_amount, currency).split(quantities)
    return [
        Worth(cash.amount + spent.amount, spent.amount)
        for cash, spent in zip(money, points, strict=True)
    ]


def take_worth(whole: Worth, quantity: int, of: int, currency: str) -> Worth:
    """What the last `quantity` of `of` units are worth; all of them are worth it all."""
    if quantity == of:
        return whole
    return split_worth(whole, [of - quantity, quantity], currency)[1]
