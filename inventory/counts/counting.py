"""The arithmetic of counting. Pure.

**As of.** A shelf is counted at one moment and the count is approved at another; goods
come and go in between. So the level is not set to what was counted, but moved by the
variance of the moment of counting::

    expected = level now - goods that came in or went out since the shelf was counted
    variance = counted - expected

The variance is the same whenever it is asked for: a sale after the count changes the
level and the sum of the goods by the same units.

*Goods* are movements that people carried. A correction (shrinkage found or lost: a short
pick, a unit a till sold that was not there, an adjustment, another count) carries nothing:
it says about the same shelf what the count says, so it stays in the level and is not
counted twice.

**Promises.** A level never falls below what is promised. What a count would take beyond
that is short: the level goes down to the promises, and the rest is a broken promise that
somebody has to look at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NEVER_COUNTED_DAYS = 365
"""For how long at most an article counts as not counted."""


@dataclass(frozen=True)
class AsOf:
    """A level now, what of it is promised, and the goods that came (or, below zero, went)
    since the shelf was counted."""

    on_hand: int
    reserved: int
    goods_since: int

    @property
    def expected(self) -> int:
        """What should have been on the shelf when it was counted."""
        return self.on_hand - self.goods_since


@dataclass(frozen=True)
class Settlement:
    """What a count means for a level: `posted` units are put right now, `short` units
    are promised and not there."""

    expected: int
    variance: int
    posted: int
    short: int


def settle(counted: int, level: AsOf) -> Settlement:
    """How a level changes because so many were counted."""
    there = max(counted + level.goods_since, 0)
    return Settlement(
        expected=level.expected,
        variance=counted - level.expected,
        posted=max(there, level.reserved) - level.on_hand,
        short=max(level.reserved - there, 0),
    )


@dataclass(frozen=True)
class Tolerance:
    """By how much a first count may be off before the article is counted again: by so
    many units, or so many percent of what should be there, whichever is more."""

    units: int = 0
    percent: int = 0
    by_another: bool = True

    def allows(self, expected: int, variance: int) -> bool:
        """Whether the count is believed at once."""
        return abs(variance) <= max(self.units, max(expected, 0) * self.percent // 100)


@dataclass(frozen=True)
class Exposure:
    """What there is to know about an article before it is counted."""

    on_hand: int
    price: Decimal
    sold: int
    sold_over_days: int
    days_since_count: int | None
    nil_picks: int


def risk(article: Exposure) -> Decimal:
    """How urgently an article is to be counted: the product of four numbers ::

        value     units on hand (one at least: an empty shelf can hold goods) x price
        velocity  1 + units sold per day
        age       1 + days since the last count, a year if there was none
        trouble   1 + recent picks that found nothing

    One is added to each factor but the value, so that none of them silences the others.
    """
    value = max(article.on_hand, 1) * article.price
    velocity = 1 + Decimal(article.sold) / article.sold_over_days
    days = article.days_since_count
    age = 1 + min(NEVER_COUNTED_DAYS if days is None else days, NEVER_COUNTED_DAYS)
    return value * velocity * age * (1 + article.nil_picks)


@dataclass(frozen=True)
class Outcome:
    """One counted article: what should have been there, what was there, one's price."""

    expected: int
    counted: int
    price: Decimal

    @property
    def off(self) -> int:
        """By how many units the level was wrong, either way."""
        return abs(self.counted - self.expected)


@dataclass(frozen=True)
class Accuracy:
    """How true the levels were, in three views; None where nothing was to be counted.

    ::

        lines   articles whose level was exactly right / articles counted
        units   1 - units off (either way) / units expected, not below nought
        value   the same with every unit at its price

    `net_units` and `net_value` are what was found less what was missing.
    """

    articles: int
    exact: int
    expected_units: int
    units_off: int
    net_units: int
    expected_value: Decimal
    value_off: Decimal
    net_value: Decimal

    @property
    def lines(self) -> Decimal | None:
        return _share(Decimal(self.exact), Decimal(self.articles))

    @property
    def units(self) -> Decimal | None:
        return _kept(Decimal(self.units_off), Decimal(self.expected_units))

    @property
    def value(self) -> Decimal | None:
        return _kept(self.value_off, self.expected_value)


def accuracy(outcomes: Iterable[Outcome]) -> Accuracy:
    """How true the levels of these articles were."""
    rows = list(outcomes)
    # A level can be expected below nought only on paper: it stands for no goods.
    return Accuracy(
        articles=len(rows),
        exact=sum(row.off == 0 for row in rows),
        expected_units=sum(max(row.expected, 0) for row in rows),
        units_off=sum(row.off for row in rows),
        net_units=sum(row.counted - row.expected for row in rows),
        expected_value=sum((max(row.expected, 0) * row.price for row in rows), Decimal(0)),
        value_off=sum((row.off * row.price for row in rows), Decimal(0)),
        net_value=sum(
            ((row.counted - row.expected) * row.price for row in rows), Decimal(0)
        ),
    )


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole).quantize(Decimal("0.0001")) if whole else None


def _kept(off: Decimal, whole: Decimal) -> Decimal | None:
    if not whole:
        return Decimal(0).quantize(Decimal("0.0001")) if off else None
    return _share(max(whole - off, Decimal(0)), whole)
