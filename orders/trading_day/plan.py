"""What a trading day is made of: visits, till runs and what goes wrong in them."""

from dataclasses import dataclass
from enum import StrEnum

SITE, APP, TABLET, POS = "SITE", "APP", "TABLET", "POS"


class Twist(StrEnum):
    """What makes an order different from the smooth ones."""

    DECLINED = "the card is declined, another one is accepted"
    ABANDONED = "the basket is left before payment"
    CANCELLED = "called off after payment"
    SHORT = "a unit is not on the shelf"
    WRONG_CODE = "a wrong pickup code is tried first"
    NO_SHOW = "nobody comes to collect"
    RETURNED = "brought back, to another store"
    LATE = "not ready when promised"
    RESENT = "the same request is sent twice"
    CUT = "the connection is cut after sending"
    POINTS = "paid in part with points"


ODDS: dict[Twist, float] = {
    Twist.DECLINED: 0.04,
    Twist.ABANDONED: 0.04,
    Twist.CANCELLED: 0.05,
    Twist.SHORT: 0.05,
    Twist.WRONG_CODE: 0.03,
    Twist.NO_SHOW: 0.04,
    Twist.RETURNED: 0.07,
    Twist.LATE: 0.03,
    Twist.RESENT: 0.08,
    Twist.CUT: 0.05,
    Twist.POINTS: 0.10,
}


@dataclass(frozen=True)
class Want:
    """Some units of one article, and how the buyer means to get them."""

    sku_code: str
    quantity: int
    intent: str
    store_code: str | None


@dataclass(frozen=True)
class Person:
    """The buyer: a regular the chain knows, or a guest with a telephone."""

    name: str
    phone: str
    email: str
    language: str
    is_regular: bool


@dataclass(frozen=True)
class Home:
    """Where parcels go."""

    city: str
    address: str
    postal_code: str
    latitude: str
    longitude: str


@dataclass(frozen=True)
class Visit:
    """One buyer with one basket on the site, in the app or at a clerk's tablet."""

    number: int
    starts_after: float
    channel: str
    person: Person
    store_code: str
    wants: tuple[Want, ...]
    home: Home
    twists: frozenset[Twist]
    return_store_code: str


@dataclass(frozen=True)
class TillSale:
    """One receipt of a till."""

    sequence: int
    wants: tuple[Want, ...]
    is_cash: bool
    card: str
    return_store_code: str


@dataclass(frozen=True)
class TillRun:
    """What one till sends at one time; after an hour offline it sends many at once."""

    number: int
    starts_after: float
    device_code: str
    store_code: str
    sales: tuple[TillSale, ...]
    is_sent_twice: bool
    is_out_of_order: bool
    offline_minutes: int


@dataclass(frozen=True)
class Day:
    """The whole day, in order of its beginnings."""

    seed: int
    visits: tuple[Visit, ...]
    till_runs: tuple[TillRun, ...]

    @property
    def orders(self) -> int:
        return len(self.visits) + sum(len(run.sales) for run in self.till_runs)
