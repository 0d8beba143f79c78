"""Choosing the places that serve an order, and keeping the decision."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from inventory.selling.queries import sellable_units
from omniretail.kernel.actors import Actor
from omniretail.kernel.limits import limits
from orders.carts.models import Intent
from orders.carts.queries import Recipient
from orders.ordering.models import Order
from orders.sourcing.models import SourcingDecision, SourcingReason
from orders.sourcing.routing import Candidate, Plan, plan
from stores.network.places import StorePlace
from stores.network.queries import get_stores, nearest, open_stores


@dataclass(frozen=True)
class Wish:
    """Units of one order line and how they are to reach the customer."""

    position: int
    sku_code: str
    quantity: int
    intent: str
    store_code: str | None


@dataclass(frozen=True)
class Choice:
    """Units of a line and the place that serves them."""

    position: int
    sku_code: str
    quantity: int
    intent: str
    store_code: str
    reason: str = SourcingReason.ASKED
    considered: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Sourcing:
    """Who serves what; `missing` maps positions to units that are not there."""

    choices: tuple[Choice, ...]
    missing: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OtherPlace:
    """Another place that has units of an order, by line position."""

    store_code: str
    units: dict[int, int]


def promise_line(order_number: str, position: int, store_code: str) -> str:
    """The name under which a place keeps units of an order line."""
    return f"{order_number}:{position}:{store_code}"


def source_lines(
    wishes: Sequence[Wish], recipient: Recipient, *, channel: str, at: datetime
) -> Sourcing:
    """Decide who serves each line out of what the channel may sell; what is to be shipped
    comes from near the customer."""
    asked = [wish for wish in wishes if wish.store_code]
    shipped = [wish for wish in wishes if not wish.store_code]
    choices = [
        Choice(w.position, w.sku_code, w.quantity, w.intent, w.store_code or "")
        for w in asked
    ]
    short = _short_where_asked(asked, channel, at)
    if not shipped:
        return Sourcing(tuple(choices), short)
    sent = _ship(shipped, _Search(recipient, channel, at, tuple(asked)))
    return Sourcing((*choices, *sent.choices), short | sent.missing)


@transaction.atomic
def record_choices(*, order: Order, choices: Sequence[Choice], at: datetime) -> None:
    """Keep why each place was chosen."""
    _record(order, choices, refused=(), at=at)


@transaction.atomic
def find_other_places(
    *,
    order: Order,
    units: Mapping[int, int],
    refused: Collection[str],
    by: Actor,
    at: datetime,
) -> list[OtherPlace]:
    """Places that can send units another place could not find; none if nobody has all.

    Nothing is asked of a place that refused.
    """
    del by  # the door's audit entry says who
    lines = {line.position: line for line in order.lines.all()}
    wishes = [
        Wish(position, lines[position].sku_code, n, Intent.SHIP, None)
        for position, n in units.items()
    ]
    search = _Search(_recipient(order), order.channel, at, refused=frozenset(refused))
    sent = _ship(wishes, search)
    if sent.missing:
        return []
    _record(order, sent.choices, refused=refused, at=at, reason=SourcingReason.RESOURCED)
    found: dict[str, dict[int, int]] = {}
    for choice in sent.choices:
        found.setdefault(choice.store_code, {})[choice.position] = choice.quantity
    return [OtherPlace(store_code, by_line) for store_code, by_line in found.items()]


def _short_where_asked(
    wishes: Sequence[Wish], channel: str, at: datetime
) -> dict[int, int]:
    """Units the named places do not have, by position; what a place has counts once."""
    stock = sellable_units(
        channel=channel,
        store_codes={wish.store_code or "" for wish in wishes},
        sku_codes={wish.sku_code for wish in wishes},
        at=at,
    )
    left, short = dict(stock), dict[int, int]()
    for wish in wishes:
        cell = (wish.store_code or "", wish.sku_code)
        here = max(left.get(cell, 0), 0)
        left[cell] = here - wish.quantity
        if here < wish.quantity:
            short[wish.position] = wish.quantity - here
    return short


@dataclass(frozen=True)
class _Search:
    """For whom places are looked for, in which channel; what other lines take already,
    and who has refused."""

    recipient: Recipient
    channel: str
    at: datetime
    taken: tuple[Wish, ...] = ()
    refused: frozenset[str] = frozenset()


def _ship(wishes: Sequence[Wish], search: _Search) -> Sourcing:
    positions = {wish.sku_code: wish for wish in wishes}
    demand = {wish.sku_code: wish.quantity for wish in wishes}
    candidates = _candidates(demand, search)
    route = plan(demand, candidates, max_parcels=limits().order_parcels)
    reason = SourcingReason.NEAREST if len(route.stops) == 1 else SourcingReason.SPLIT
    considered = _considered(demand, candidates, route)
    choices = tuple(
        Choice(
            positions[sku].position,
            sku,
            quantity,
            Intent.SHIP,
            stop.store_code,
            reason,
            considered,
        )
        for stop in route.stops
        for sku, quantity in stop.units.items()
    )
    missing = {positions[sku].position: n for sku, n in route.missing.items()}
    return Sourcing(choices, missing)


def _candidates(demand: Mapping[str, int], search: _Search) -> list[Candidate]:
    places = [
        (place, km)
        for place, km in _near(search.recipient, search.at)
        if place.code not in search.refused
    ]
    stock = sellable_units(
        channel=search.channel,
        store_codes=[place.code for place, _ in places],
        sku_codes=list(demand),
        at=search.at,
    )
    own = dict[tuple[str, str], int]()
    for wish in search.taken:
        cell = (wish.store_code or "", wish.sku_code)
        own[cell] = own.get(cell, 0) + wish.quantity
    return [
        Candidate(
            place.code,
            km,
            {
                sku: max(stock.get((place.code, sku), 0) - own.get((place.code, sku), 0), 0)
                for sku in demand
            },
        )
        for place, km in places
    ]


def _near(recipient: Recipient, at: datetime) -> list[tuple[StorePlace, float]]:
    """Places that send parcels, nearest to the customer first.

    Without coordinates the middle of the chain's places in that city stands for the
    address; in a city without any, all places are equally near.
    """
    latitude, longitude = recipient.latitude, recipient.longitude
    if latitude is None or longitude is None:
        places = open_stores(at, capability="ship")
        city = recipient.city.casefold().strip()
        here = [place for place in places if place.city.casefold() == city]
        if not here:
            return [(place, 0.0) for place in places]
        latitude = sum(place.latitude for place in here) / len(here)
        longitude = sum(place.longitude for place in here) / len(here)
    return nearest(
        latitude, longitude, at=at, capability="ship", limit=limits().sourcing_places
    )


def _considered(
    demand: Mapping[str, int], candidates: Sequence[Candidate], route: Plan
) -> tuple[dict[str, Any], ...]:
    chosen = {stop.store_code for stop in route.stops}
    shown = sorted(candidates, key=lambda c: (c.store_code not in chosen, c.distance_km))
    return tuple(
        {
            "store": candidate.store_code,
            "distance_km": str(round(candidate.distance_km, 1)),
            "available": candidate.covered_units(demand),
            "chosen": candidate.store_code in chosen,
        }
        for candidate in shown[:10]
    )


def _record(
    order: Order,
    choices: Sequence[Choice],
    *,
    refused: Collection[str],
    at: datetime,
    reason: str | None = None,
) -> None:
    lines = {line.position: line for line in order.lines.all()}
    stores = get_stores([choice.store_code for choice in choices])
    SourcingDecision.objects.bulk_create(
        SourcingDecision(
            order=order,
            order_line=lines[choice.position],
            store_id=stores[choice.store_code].id,
            store_code=choice.store_code,
            quantity=choice.quantity,
            reason=reason or choice.reason,
            refused_places=sorted(refused),
            considered=list(choice.considered),
            decided_at=at,
        )
        for choice in choices
    )


def _recipient(order: Order) -> Recipient:
    return Recipient(city=order.city, latitude=order.latitude, longitude=order.longitude)
