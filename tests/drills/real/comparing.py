"""What each shop sold each day: a plain sum over the source, and what the service says."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx

from tests.drills.real.feeds import shop_code
from tests.drills.real.source import ZONE, Basket

_READERS = 4
_HUNDRED = 100


@dataclass(frozen=True)
class Takings:
    """What one shop sold on one day."""

    receipts: int = 0
    cents: int = 0
    units: int = 0

    def __add__(self, other: "Takings") -> "Takings":
        return Takings(
            self.receipts + other.receipts,
            self.cents + other.cents,
            self.units + other.units,
        )


Days = dict[tuple[str, date], Takings]


def plain_sum(baskets: Iterable[Basket]) -> Days:
    """The source added up, with no regard to how its lines were told.

    A line that has money and no units counts as one unit, as it does at the till.
    """
    days: Days = defaultdict(Takings)
    for basket in baskets:
        sold = [line for line in basket.lines if line.quantity or line.sales_cents]
        if sold:
            days[shop_code(basket.shop), basket.business_date] += Takings(
                receipts=1,
                cents=sum(line.sales_cents for line in sold),
                units=sum(max(line.quantity, 1) for line in sold),
            )
    return dict(days)


def from_orders(door: httpx.Client, numbers: Sequence[str]) -> Days:
    """What the orders say, each read through the REST door."""
    with ThreadPoolExecutor(_READERS) as readers:
        orders = readers.map(lambda number: _read(door, f"orders/{number}"), numbers)
        days: Days = defaultdict(Takings)
        for order in orders:
            moment = datetime.fromisoformat(order["placed_at"])
            key = (order["taken_at_store"], moment.astimezone(ZONE).date())
            days[key] += Takings(
                receipts=1,
                cents=sum(_cents(line["net_amount"]) for line in order["lines"]),
                units=sum(line["fulfilled_quantity"] for line in order["lines"]),
            )
    return dict(days)


def from_scorecards(door: httpx.Client, dates: Iterable[date]) -> Days:
    """What the scorecards say; they count receipts and money, no units."""
    days: Days = {}
    for day in sorted(dates):
        score = _read(door, "scorecards", business_date=day.isoformat(), currency="USD")
        for store in score["by_store"]:
            figures = store["figures"]
            days[store["code"], day] = Takings(
                receipts=figures["orders"], cents=_cents(figures["net_sales_amount"])
            )
    return days


def differences(expected: Days, found: Days, *names: str) -> list[str]:
    """Where the two do not say the same, in sentences."""
    nothing = Takings()
    return [
        f"{shop} on {day}: {name} {getattr(theirs, name)} instead of {getattr(ours, name)}"
        for shop, day in sorted(expected.keys() | found.keys())
        for ours, theirs in [
            (expected.get((shop, day), nothing), found.get((shop, day), nothing))
        ]
        for name in names
        if getattr(ours, name) != getattr(theirs, name)
    ]


def _read(door: httpx.Client, path: str, **query: str) -> Any:
    answer = door.get(f"/api/v1/{path}", params=query)
    return answer.raise_for_status().json()


def _cents(amount: str) -> int:
    cents = Decimal(amount) * _HUNDRED
    if cents != int(cents):
        raise ValueError(amount)
    return int(cents)
