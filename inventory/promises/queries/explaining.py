"""Why so many may be promised: who or what has each unit of a place."""

from dataclasses import dataclass
from datetime import datetime

from inventory.catalogue.kits import Kit
from inventory.catalogue.queries import kits
from inventory.promises.queries.slips import PromiseSlip, promises_at
from inventory.selling.queries import Bounds, bounds, rule_of
from inventory.stock.models import SHELVES, Bucket
from inventory.stock.queries import Balance, balance, level, safety_stock
from omniretail.kernel import clock

FREE, SAFETY_STOCK, PROMISED_PARTS = "FREE", "SAFETY_STOCK", "PROMISED_PARTS"
BUFFER, BLOCK, NETWORK = "BUFFER", "BLOCK", "NETWORK"
_LEFT = {BUFFER, BLOCK, NETWORK}
_BY_STATUS = {"HELD": "HOLD", "ALLOCATED": "ALLOCATION"}


@dataclass(frozen=True)
class WhyPart:
    """Units that one thing has: a bucket, a hold, an allocation, the safety stock, what
    the channel must leave (its buffer, a block, a place that is not in its network), or
    nothing (they are free). Of a kit, `reference` is the part that is scarce."""

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
    channel: str
    at: datetime | None
    balance: Balance
    reserved: int
    safety_stock: int
    available: int
    parts: list[WhyPart]

    @property
    def loose(self) -> int:
        """Units on hand that no promise has."""
        return self.balance.on_hand - self.reserved

    @property
    def kept_back(self) -> int:
        """What of them the safety stock takes."""
        return max(0, min(self.safety_stock, self.loose))


def why(
    store_code: str, sku_code: str, *, channel: str = "", at: datetime | None = None
) -> Why:
    """What took each unit of a level from a channel (from a sale in no channel, if none is
    named), now or at a past moment, by what is known today.

    The parts sum to all the units that lie in the place. Safety stock takes only what no
    promise has. If units turned out later to have been gone already, less than nothing was
    free then.
    """
    made_up = kits([sku_code]).get(sku_code)
    if made_up is not None:
        return _why_kit(store_code, made_up, channel, at)
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
    bound = bounds(channel, store_code, sku_code, at=at or clock.now())
    left = _left(channel, bound, max(0, free))
    parts = [
        *_set_aside(there),
        *(_promised(one) for one in promises),
        WhyPart(SAFETY_STOCK, kept_back, *rule_of(store_code, sku_code, wanted, at=at)),
        left,
        WhyPart(FREE, free - left.units),
    ]
    return Why(
        store_code=store_code,
        sku_code=sku_code,
        channel=channel,
        at=at,
        balance=there,
        reserved=reserved,
        safety_stock=wanted,
        available=max(0, free - left.units),
        parts=[part for part in parts if part.units],
    )


def _left(channel: str, bound: Bounds, free: int) -> WhyPart:
    """What of the free units the channel must leave."""
    if not bound.is_in_network:
        return WhyPart(NETWORK, free, reference=channel)
    if bound.block is not None:
        block = bound.block
        return WhyPart(BLOCK, free, block.number, block.starts_at, block.ends_at)
    return WhyPart(BUFFER, min(bound.buffer, free), reference=channel)


def _why_kit(store_code: str, kit: Kit, channel: str, at: datetime | None) -> Why:
    """How many whole kits the parts of a place make, and which part keeps them few: the
    one of which the channel may sell the fewest."""
    parts = {code: why(store_code, code, channel=channel, at=at) for code in kit.parts}
    on_hand = kit.whole({code: one.balance.on_hand for code, one in parts.items()})
    loose = kit.whole({code: one.loose for code, one in parts.items()})
    free = kit.whole({code: one.loose - one.kept_back for code, one in parts.items()})
    sold = kit.whole({code: one.available for code, one in parts.items()})
    scarcest = min(kit.parts, key=lambda code: parts[code].available // kit.parts[code])
    left = next((one for one in parts[scarcest].parts if one.taken_by in _LEFT), None)
    found = [
        WhyPart(PROMISED_PARTS, on_hand - loose, reference=scarcest),
        WhyPart(SAFETY_STOCK, loose - free, reference=scarcest),
        WhyPart(left.taken_by if left else BUFFER, free - sold, reference=scarcest),
        WhyPart(FREE, sold),
    ]
    return Why(
        store_code=store_code,
        sku_code=kit.code,
        channel=channel,
        at=at,
        balance=Balance(on_hand=on_hand),
        reserved=on_hand - loose,
        safety_stock=loose - free,
        available=sold,
        parts=[part for part in found if part.units],
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
