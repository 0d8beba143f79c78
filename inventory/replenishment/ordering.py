"""When to order and how much: the arithmetic of periodic review.

The demand of a day has a mean D and a standard deviation σ; goods take L days (standard
deviation s) and are reviewed every R days. Over lead time and review period together

    σ(L+R) = √((L + R)·σ² + D²·s²)        safety stock = z·σ(L+R)
    order-up-to level = D·(L + R) + safety stock

where z cuts off the service level of the standard normal distribution. These are the
formulas of Silver, Pyke and Thomas, "Inventory and Production Management in Supply Chains"
((R, S) systems; variable lead time), and of Chopra and Meindl, "Supply Chain Management"
(chapter on safety inventory). Goods are looked at every day here, and R is for how long an
order should last: it is placed once what is there and to come is not more than the lead
time needs, D·L + safety stock.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from statistics import NormalDist

_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Pace:
    """What is asked for in a day: the mean and its standard deviation."""

    per_day: Decimal
    deviation: Decimal


@dataclass(frozen=True)
class Cycle:
    """Days from order to shelf, how much they vary, and days from review to review."""

    lead_days: Decimal
    lead_deviation: Decimal = Decimal(0)
    review_days: Decimal = Decimal(0)

    @property
    def protected_days(self) -> Decimal:
        """For so many days nothing else can come."""
        return self.lead_days + self.review_days


@dataclass(frozen=True)
class Bounds:
    """Units a shelf shows at least and holds at most."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Terms:
    """In what portions an order is filled: packs, and units at least."""

    pack: int = 1
    least: int = 1


@dataclass(frozen=True)
class Marks:
    """The three marks on a shelf, in units."""

    safety_stock: int
    reorder_point: int
    target: int


def safety_factor(service_level: Decimal) -> Decimal:
    """The z that a standard normal variable exceeds in only 1 - service level of cases;
    to four places, as tables print it."""
    return Decimal(repr(NormalDist().inv_cdf(float(service_level)))).quantize(_PLACES)


def deviation_over(pace: Pace, cycle: Cycle) -> Decimal:
    """The standard deviation of demand over lead time and review period."""
    variance = (
        cycle.protected_days * pace.deviation**2 + pace.per_day**2 * cycle.lead_deviation**2
    )
    return variance.sqrt()


def safety_stock(pace: Pace, cycle: Cycle, factor: Decimal) -> Decimal:
    """Units kept against what cannot be foreseen."""
    return factor * deviation_over(pace, cycle)


def reorder_point(pace: Pace, cycle: Cycle, factor: Decimal) -> Decimal:
    """With no more than this to come and on the shelf it is time to order."""
    return pace.per_day * cycle.lead_days + safety_stock(pace, cycle, factor)


def order_up_to(pace: Pace, cycle: Cycle, factor: Decimal) -> Decimal:
    """An order brings what is there and to come up to this level."""
    return pace.per_day * cycle.protected_days + safety_stock(pace, cycle, factor)


def marks(pace: Pace, cycle: Cycle, factor: Decimal, bounds: Bounds) -> Marks:
    """The marks in whole units, within what the shelf shows and holds. Where nothing is
    asked for, only what is to be shown is kept."""
    most = bounds.most
    point = max(_up(reorder_point(pace, cycle, factor)), bounds.least)
    target = max(_up(order_up_to(pace, cycle, factor)), point)
    if most is not None:
        point, target = min(point, max(most - 1, 0)), min(target, most)
    safety = min(_up(safety_stock(pace, cycle, factor)), point)
    return Marks(safety, point, target)


def missing(position: int, at: Marks) -> int:
    """Units that bring a shelf up to its target, once it has reached its reorder point."""
    if position > at.reorder_point:
        return 0
    return max(0, at.target - position)


def in_packs(units: int, terms: Terms, *, room: int | None = None) -> int:
    """Units to order: whole packs, not less than the least order; no more than there is
    room for, and nothing at all where that is less than the least order."""
    if units <= 0:
        return 0
    wanted = _packs(max(units, terms.least), terms.pack) * terms.pack
    if room is None or wanted <= room:
        return wanted
    fitting = room // terms.pack * terms.pack
    return fitting if fitting >= terms.least else 0


def _packs(units: int, pack: int) -> int:
    return -(-units // pack)


def _up(units: Decimal) -> int:
    return int(units.to_integral_value(rounding=ROUND_CEILING))
