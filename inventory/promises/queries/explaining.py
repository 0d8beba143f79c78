"""Why so many may be promised: who or what has each unit of a place."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inventory.catalogue.kits import Kit, shelf_codes
from inventory.catalogue.queries import kits
from inventory.promises.queries.pasts import ends_known_since
from inventory.promises.queries.slips import PromiseSlip, promises_over
from inventory.selling.queries import UNBOUND, Bounds, Ruling, bounds_of_many, rulings_of
from inventory.stock.demand import Pair
from inventory.stock.models import SHELVES, Bucket
from inventory.stock.queries import (
    Balance,
    LevelView,
    balances,
    level_views,
    safety_stocks,
)
from omniretail.kernel import clock

FREE, SAFETY_STOCK, PROMISED_PARTS = "FREE", "SAFETY_STOCK", "PROMISED_PARTS"
BUFFER, BLOCK, NETWORK = "BUFFER", "BLOCK", "NETWORK"
CLOSED = "CLOSED"
_LEFT = {BUFFER, BLOCK, NETWORK, CLOSED}
_BY_STATUS = {"HELD": "HOLD", "ALLOCATED": "ALLOCATION"}


@dataclass(frozen=True)
class WhyPart:
    """Units that one thing has: a bucket, a hold, an allocation, the safety stock, what
    the channel must leave (its buffer, a block, a place that is not in its network or not
    in business), or nothing (they are free). Of a kit, `reference` is the scarce part."""

    taken_by: str
    units: int
    reference: str = ""
    since: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Why:
    """Every unit of a SKU in a place, each in just one part.

    `ends_known_since` is said where a hold's end of then was not written down.
    """

    store_code: str
    sku_code: str
    channel: str
    at: datetime | None
    balance: Balance
    reserved: int
    safety_stock: int
    available: int
    parts: list[WhyPart]
    ends_known_since: datetime | None = None

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
    (told,) = why_many([store_code], [sku_code], channel=channel, at=at)
    return told


def why_many(
    store_codes: Sequence[str],
    sku_codes: Sequence[str],
    *,
    channel: str = "",
    at: datetime | None = None,
) -> list[Why]:
    """The same for each of these SKUs at each of these places, in their order, by as many
    queries as for one level."""
    made_up = kits(sku_codes)
    shelves = shelf_codes(sku_codes, made_up)
    ledger = _ledger(store_codes, shelves, channel, at)
    found: list[Why] = []
    for store in dict.fromkeys(store_codes):
        for sku in dict.fromkeys(sku_codes):
            kit = made_up.get(sku)
            if kit is None:
                found.append(_why(ledger, store, sku))
            else:
                parts = {code: _why(ledger, store, code) for code in kit.parts}
                found.append(_why_kit(store, kit, parts))
    return found


@dataclass(frozen=True)
class _Ledger:
    """All that is known of the levels asked about."""

    channel: str
    at: datetime | None
    balances: Mapping[Pair, Balance]
    safety_stocks: Mapping[Pair, int]
    promises: Mapping[Pair, list[PromiseSlip]]
    bounds: Mapping[Pair, Bounds]
    rulings: Mapping[Pair, Ruling]
    ends_known_since: datetime | None


def _ledger(
    stores: Collection[str], skus: Collection[str], channel: str, at: datetime | None
) -> _Ledger:
    promises: dict[Pair, list[PromiseSlip]] = defaultdict(list)
    slips = promises_over(stores, skus, at=at)
    for slip in slips:
        promises[slip.store_code, slip.sku_code].append(slip)
    if at is None:
        views = level_views(stores, skus)
        there = {pair: _balance(view) for pair, view in views.items()}
        kept = {pair: view.safety_stock for pair, view in views.items()}
    else:
        there = balances(stores, skus, at=at)
        kept = safety_stocks(stores, skus, at=at)
    return _Ledger(
        channel=channel,
        at=at,
        balances=there,
        safety_stocks=kept,
        promises=promises,
        bounds=bounds_of_many(channel, stores, skus, at=at or clock.now()),
        rulings=rulings_of(stores, skus, at=at),
        ends_known_since=None if _all_known(slips) else ends_known_since(),
    )


def _balance(view: LevelView) -> Balance:
    return Balance(**{name: getattr(view, name) for name in SHELVES.values()})


def _why(ledger: _Ledger, store_code: str, sku_code: str) -> Why:
    pair = store_code, sku_code
    promises = ledger.promises.get(pair, [])
    there = ledger.balances.get(pair, Balance())
    wanted = ledger.safety_stocks.get(pair, 0)
    reserved = sum(one.quantity for one in promises)
    kept_back = max(0, min(wanted, there.on_hand - reserved))
    free = there.on_hand - reserved - kept_back
    left = _left(ledger.channel, ledger.bounds.get(pair, UNBOUND), max(0, free))
    parts = [
        *_set_aside(there),
        *(_promised(one) for one in promises),
        _kept_back(kept_back, wanted, ledger.rulings.get(pair)),
        left,
        WhyPart(FREE, free - left.units),
    ]
    return Why(
        store_code=store_code,
        sku_code=sku_code,
        channel=ledger.channel,
        at=ledger.at,
        balance=there,
        reserved=reserved,
        safety_stock=wanted,
        available=max(0, free - left.units),
        parts=[part for part in parts if part.units],
        ends_known_since=None if _all_known(promises) else ledger.ends_known_since,
    )


def _all_known(slips: Iterable[PromiseSlip]) -> bool:
    return all(slip.is_end_known for slip in slips)


def _kept_back(units: int, wanted: int, ruling: Ruling | None) -> WhyPart:
    """The safety stock, and by which rule; a figure the rule did not give is somebody's
    own."""
    if ruling is None or ruling.units != wanted:
        return WhyPart(SAFETY_STOCK, units)
    return WhyPart(SAFETY_STOCK, units, ruling.rule, ruling.since)


def _left(channel: str, bound: Bounds, free: int) -> WhyPart:
    """What of the free units the channel must leave: all of them at a place that has not
    opened yet or is closed for good."""
    if not bound.is_in_business:
        return WhyPart(CLOSED, free)
    if not bound.is_in_network:
        return WhyPart(NETWORK, free, reference=channel)
    if bound.block is not None:
        block = bound.block
        return WhyPart(BLOCK, free, block.number, block.starts_at, block.ends_at)
    return WhyPart(BUFFER, min(bound.buffer, free), reference=channel)


def _why_kit(store_code: str, kit: Kit, parts: Mapping[str, Why]) -> Why:
    """How many whole kits the parts of a place make, and which part keeps them few: the
    one of which the channel may sell the fewest."""
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
        channel=parts[scarcest].channel,
        at=parts[scarcest].at,
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
