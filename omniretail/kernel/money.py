"""Money: an exact amount in one currency."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering

from babel.numbers import format_currency, get_currency_precision

_CODE_BEFORE_DIGIT = re.compile(r"([A-Z]{3})(?=\d)")


class CurrencyMismatch(TypeError):
    """Amounts of two currencies cannot be added or compared."""


@total_ordering
@dataclass(frozen=True)
class Money:
    """An amount, rounded half up to the currency's minor unit."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        rounded = self.amount.quantize(minor_unit(self.currency), ROUND_HALF_UP)
        object.__setattr__(self, "amount", rounded)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(Decimal(0), currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: int | Decimal) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount

    def split(self, weights: Sequence[int | Decimal]) -> list["Money"]:
        """Divide in proportion to the weights; the last share takes the residue.

        Each cut is taken from the running total, so no share is off by more than one
        minor unit and the shares sum to the whole.

        Raises:
            ValueError: there are no weights, or they do not sum to more than zero.
        """
        whole = sum(weights, Decimal(0))
        if not weights or whole <= 0 or min(weights) < 0:
            raise ValueError("weights must be positive")
        shares, passed, given = [], Decimal(0), Money.zero(self.currency)
        for weight in weights:
            passed += weight
            share = Money(self.amount * passed / whole, self.currency) - given
            shares.append(share)
            given = given + share
        return shares

    def format(self, language: str) -> str:
        """As a shopper of that language reads it: 1 299,00 ₽."""
        text = format_currency(
            self.amount, self.currency, locale=language.replace("-", "_")
        )
        return _CODE_BEFORE_DIGIT.sub("\\1\u00a0", text)


def minor_unit(currency: str) -> Decimal:
    """The smallest coin: 0.01 for roubles, 1 for yen."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def amounts(told: Mapping[str, str]) -> dict[str, Decimal]:
    """An amount for each currency, out of words: {"RUB": "390.00"}."""
    return {currency: Decimal(amount) for currency, amount in told.items()}
