"""Which places a question is about."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stores.network.hours import NeverOpens
from stores.network.places import StorePlace, ready_by
from stores.network.queries import StoreNotFound, get_stores, nearest, open_stores

Readiness = Callable[[StorePlace, datetime], datetime | None]
"""When an order asked for now could be collected at a place."""


@dataclass(frozen=True)
class Where:
    """Named places; or those near a point; or all of a city or region, or of the house. Of
    places that are not named only those of the network, if there is one."""

    stores: Sequence[str] = ()
    near: tuple[float, float] | None = None
    within_km: float | None = None
    city: str | None = None
    region: str | None = None
    capability: str | None = None
    network: Collection[str] | None = None


@dataclass(frozen=True)
class ChosenPlace:
    """A place that is meant, how far it lies, and by when it would have things ready."""

    place: StorePlace
    distance_km: float | None
    is_trading: bool
    ready_at: datetime | None = None


def places_meant(
    where: Where, *, at: datetime, limit: int | None, ready: Readiness | None = None
) -> list[ChosenPlace]:
    """The places meant: named ones as they were named, else the nearest first, else by
    code. Only named ones may be closed for good.

    Raises:
        StoreNotFound: no place has one of the codes.
    """
    return [
        ChosenPlace(
            place,
            distance,
            is_trading := place.is_trading_on(at.date()),
            ready(place, at) if ready and is_trading else None,
        )
        for place, distance in _found(where, at, limit)
    ]


def pickup_promise(place: StorePlace, at: datetime) -> datetime | None:
    """By when a place that hands out orders would have one ready; never, if it never
    opens."""
    return prepared_by(place, at) if place.can_pickup else None


def prepared_by(place: StorePlace, at: datetime) -> datetime | None:
    """By when a place would have goods ready, to hand out or to send on."""
    try:
        return ready_by(place, at)
    except NeverOpens:
        return None


def _found(
    where: Where, at: datetime, limit: int | None
) -> list[tuple[StorePlace, float | None]]:
    if where.stores:
        known = get_stores(where.stores)
        return [(_named(code, known), None) for code in dict.fromkeys(where.stores)]
    asked: dict[str, Any] = {
        "capability": where.capability,
        "city": where.city,
        "region": where.region,
        "among": where.network,
    }
    if where.near is None:
        return [(place, None) for place in open_stores(at, **asked)[:limit]]
    near = nearest(
        *where.near, at=at, limit=limit or _ALL, within_km=where.within_km, **asked
    )
    return list(near)


_ALL = 1_000_000


def _named(code: str, known: dict[str, StorePlace]) -> StorePlace:
    if code not in known:
        raise StoreNotFound(store=code)
    return known[code]
