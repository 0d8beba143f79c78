"""How many units a rule keeps back, and which rule decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

MOST_UNITS = 1_000_000


@dataclass(frozen=True)
class Facts:
    """What is known of a SKU at a place: how fast it sells there, in which category it is
    (the nearest first), how true the place's levels were found to be (None: nobody has
    counted)."""

    store_code: str
    categories: Sequence[str]
    sold_a_day: Decimal
    accuracy: Decimal | None = None


@dataclass(frozen=True)
class Rule:
    """Units to keep back, and so many days' sales, where everything it asks for fits.

    A bound that is None is no bound: any place, any category, any speed, any accuracy.
    """

    code: str
    priority: int
    units: int = 0
    days: Decimal = Decimal(0)
    store_code: str | None = None
    category_code: str | None = None
    sold_from: Decimal | None = None
    sold_below: Decimal | None = None
    accuracy_below: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether it holds on that day; the last day is not included."""
        begun = self.starts_on is None or self.starts_on <= day
        return begun and (self.ends_on is None or day < self.ends_on)

    def fits(self, facts: Facts) -> bool:
        """Whether it is about this SKU at this place."""
        return (
            self.store_code in (None, facts.store_code)
            and (self.category_code is None or self.category_code in facts.categories)
            and (self.sold_from is None or facts.sold_a_day >= self.sold_from)
            and (self.sold_below is None or facts.sold_a_day < self.sold_below)
            and self._fits_accuracy(facts.accuracy)
        )

    def _fits_accuracy(self, accuracy: Decimal | None) -> bool:
        if self.accuracy_below is None:
            return True
        return accuracy is not None and accuracy < self.accuracy_below

    def keeps(self, facts: Facts) -> int:
        """How many units it keeps back: whole ones, rounded up."""
        sold = (self.days * facts.sold_a_day).to_integral_value(rounding=ROUND_CEILING)
        return min(self.units + int(sold), MOST_UNITS)


@dataclass(frozen=True)
class Ruling:
    """How many units are kept back, and by which rule; by none, none."""

    units: int
    rule: str = ""


def in_order(rules: Iterable[Rule], day: date) -> list[Rule]:
    """The rules in force on a day, in the order in which they are asked."""
    return sorted(
        (rule for rule in rules if rule.is_in_force(day)),
        key=lambda rule: (rule.priority, rule.code),
    )


def rule_on(facts: Facts, rules: Sequence[Rule]) -> Ruling:
    """What the first rule that fits decides.

    >>> slow = Rule("slow", 1, units=1, sold_below=Decimal(1))
    >>> fast = Rule("fast", 2, days=Decimal("1.5"))
    >>> rule_on(Facts("msk-1", ["phones"], Decimal(3)), [slow, fast])
    Ruling(units=5, rule='fast')
    """
    for rule in rules:
        if rule.fits(facts):
            return Ruling(rule.keeps(facts), rule.code)
    return Ruling(0)
