"""Why places cannot promise what is asked of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from inventory.selling.queries import Sellable, bounds, sellable_of
from inventory.stock.demand import Asked, Pair
from inventory.stock.operations import NotEnoughStock
from inventory.stock.queries import LevelKey


class NotInNetwork(NotEnoughStock):
    """This channel does not sell from this place."""

    constraints: ClassVar[tuple[str, ...]] = ()


class NotForSaleHere(NotEnoughStock):
    """This place does not sell it at the moment."""

    constraints: ClassVar[tuple[str, ...]] = ("channel_sells_only_what_it_may",)


def refusal(
    short: Sequence[Asked],
    keys: Mapping[Pair, LevelKey],
    *,
    channel: str | None,
    at: datetime,
) -> NotEnoughStock:
    """Name the first line that is short and what is in its way, and all of them beside
    it."""
    levels = [keys[one.pair].id for one in short]
    found = sellable_of(levels, channel=channel, at=at)
    shortages = [_shortage(one, found.get(one.pair)) for one in short]
    facts: dict[str, Any] = {**shortages[0], "shortages": shortages}
    return _named(short[0], found.get(short[0].pair), facts, channel, at)


def refusal_of(
    one: Asked, key: LevelKey, facts: dict[str, Any], *, channel: str | None, at: datetime
) -> NotEnoughStock:
    """What is in the way of one line whose facts are known."""
    found = sellable_of([key.id], channel=channel, at=at)
    return _named(one, found.get(one.pair), facts, channel, at)


def _named(
    one: Asked,
    found: Sellable | None,
    facts: dict[str, Any],
    channel: str | None,
    at: datetime,
) -> NotEnoughStock:
    if found is not None and not found.is_in_network:
        return NotInNetwork(field=_place(one), channel=channel, **facts)
    if found is not None and found.is_blocked:
        return NotForSaleHere(field=one.field, **facts, **_until(channel, one.pair, at))
    return NotEnoughStock(field=one.field, **facts)


def barred(found: Sellable, channel: str | None) -> NotEnoughStock | None:
    """Why the channel may sell nothing there at all; None if it may."""
    facts = {"store": found.store_code, "sku": found.sku_code, "channel": channel}
    if not found.is_in_network:
        return NotInNetwork(**facts)
    return NotForSaleHere(**facts) if found.is_blocked else None


def nothing_there(short: Sequence[Asked]) -> NotEnoughStock:
    """The places have no level of these SKUs."""
    shortages = [_shortage(one, None) for one in short]
    return NotEnoughStock(field=short[0].field, **shortages[0], shortages=shortages)


def too_few(short: Sequence[Asked], left: Mapping[Pair, int]) -> NotEnoughStock:
    """So few are left of each of them."""
    shortages = [_fact(one, left[one.pair]) for one in short]
    return NotEnoughStock(field=short[0].field, **shortages[0], shortages=shortages)


def _shortage(one: Asked, found: Sellable | None) -> dict[str, Any]:
    return _fact(one, found.units if found else 0)


def _fact(one: Asked, units: int) -> dict[str, Any]:
    return {
        "store": one.pair[0],
        "sku": one.pair[1],
        "wanted": one.units,
        "available": units,
    }


def _until(channel: str | None, pair: Pair, at: datetime) -> dict[str, Any]:
    block = bounds(channel, *pair, at=at).block
    if block is None:
        return {}
    return {
        "reason": block.reason,
        "until": block.ends_at.isoformat() if block.ends_at else None,
    }


def _place(one: Asked) -> str:
    return one.field.replace("/sku", "/store")
