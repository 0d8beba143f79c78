"""Why so many may be promised: who or what has each unit of a place."""

from dataclasses import dataclass
from datetime import datetime

from inventory.promises.queries.slips import PromiseSlip, promises_at
from inventory.stock.models import SHELVES, Bucket
from inventory.stock.queries import Balance, balance, level, safety_stock

FREE, SAFETY_STOCK = "FREE", "SAFETY_STOCK"
_BY_STATUS = {"HELD": "HOLD", "ALLOCATED": "ALLOCATION"}


@dataclass(frozen=True)
class WhyPart:
    """Units that one thing has: a bucket, a hold, an allocation, the safety stock, or
    nothing (they are free)."""

    taken_by: str
    units: int
    reference: str = ""
    since: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Why:
    """Every unit of a SKU in a place, each in just one part."""

    store_code: str
    sku_code: str
    at: datetime | None
    balance: Balance
    reserved: int
    safety_stock: int
    available: int
    parts: list[WhyPart]


def why(store_code: str, sku_code: str, *, at: datetime | None = None) -> Why:
    """What took each unit of a level, now or at a past moment, by what is known today.

    The parts sum to all the units that lie in the place. Safety stock takes only what no
    promise has. If units turned out later to have been gone already, less than nothing was
    free then.
    """
    promises = promises_at(store_code, sku_code, at=at)
    if at is None:
        now = level(store_code, sku_code)
        there = Balance(**{name: getattr(now, name) for name in SHELVES.values()})
        wanted = now.safety_stock
    else:
        there = balance(store_code, sku_code, at=at)
        wanted = safety_stock(store_code, sku_code, at=at)
    reserved = sum(one.quantity for one in promises)
    kept_back = max(0, min(wanted, there.on_hand - reserved))
    free = there.on_hand - reserved - kept_back
    parts = [
        *_set_aside(there),
        *(_promised(one) for one in promises),
        WhyPart(SAFETY_STOCK, kept_back),
        WhyPart(FREE, free),
    ]
    return Why(
        store_code=store_code,
        sku_code=sku_code,
        at=at,
        balance=there,
        reserved=reserved,
        safety_stock=wanted,
        available=max(0, free),
        parts=[part for part in parts if part.units],
    )


def _set_aside(there: Balance) -> list[WhyPart]:
    return [
        WhyPart(bucket, getattr(there, column))
        for bucket, column in SHELVES.items()
        if bucket != Bucket.ON_HAND
    ]


def _promised(one: PromiseSlip) -> WhyPart:
    return WhyPart(
        taken_by=_BY_STATUS[one.status],
        units=one.quantity,
        reference=one.reference,
        since=one.since,
        ends_at=one.ends_at,
    )
