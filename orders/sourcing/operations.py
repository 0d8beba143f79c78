"""Choosing the places that serve an order, and keeping the decision."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from inventory.selling.queries import Shelves, priorities_of, shelves_of
from omniretail.kernel.limits import limits
from orders.carts.models import Intent
from orders.carts.queries import Recipient
from orders.ordering.models import Order
from orders.sourcing.choices import (
    Choice,
    Ranking,
    Route,
    Sourcing,
    Wish,
    considered_places,
    shipping_reason,
)
from orders.sourcing.models import SourcingDecision
from orders.sourcing.routing import USUAL_PRIORITY, Candidate, Plan, Shelf, plan
from stores.network.places import StorePlace
from stores.network.queries import get_stores, nearest, open_stores


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


def rank_places(
    wishes: Sequence[Wish],
    recipient: Recipient,
    *,
    channel: str,
    at: datetime,
    refused: Collection[str] = (),
) -> Ranking:
    """Who may serve each line to the channel, the best first; what was named must come
    from there.

    What a plan of the fewest parcels would send comes from its places, if they still have
    it when the stock is held; the others stand behind them, those that the channel prefers
    first, then the nearest.
    """
    asked = [wish for wish in wishes if wish.store_code]
    shipped = [wish for wish in wishes if not wish.store_code]
    routes = [Route(wish, (wish.store_code or "",)) for wish in asked]
    if not shipped:
        return Ranking(tuple(routes))
    search = _Search(recipient, channel, at, tuple(asked), frozenset(refused))
    demand, candidates, best = _planned(shipped, search)
    stops = [stop.store_code for stop in best.stops]
    others = [
        one.store_code
        for one in sorted(candidates, key=lambda c: c.turn)
        if one.store_code not in stops
    ]
    routes += [Route(wish, (*stops, *others), len(stops)) for wish in shipped]
    return Ranking(
        routes=tuple(routes),
        demand=demand,
        candidates=tuple(candidates),
        missing=_missing_of(shipped, best),
    )


@transaction.atomic
def record_choices(
    *,
    order: Order,
    choices: Sequence[Choice],
    at: datetime,
    refused: Collection[str] = (),
) -> None:
    """Keep why each place was chosen, and which ones could not serve."""
    lines = {line.position: line for line in order.lines.all()}
    stores = get_stores([choice.store_code for choice in choices])
    SourcingDecision.objects.bulk_create(
        SourcingDecision(
            order=order,
            order_line=lines[choice.position],
            store_id=stores[choice.store_code].id,
            store_code=choice.store_code,
            quantity=choice.quantity,
            reason=choice.reason,
            refused_places=sorted(refused),
            considered=list(choice.considered),
            decided_at=at,
        )
        for choice in choices
    )


def rank_other_places(
    *, order: Order, units: Mapping[int, int], refused: Collection[str], at: datetime
) -> Ranking:
    """Who may send units that another place could not find; by position.

    Nothing is asked of a place that refused.
    """
    lines = {line.position: line for line in order.lines.all()}
    wishes = [
        Wish(position, lines[position].sku_code, n, Intent.SHIP, None)
        for position, n in units.items()
    ]
    recipient = Recipient(
        city=order.city, latitude=order.latitude, longitude=order.longitude
    )
    return rank_places(wishes, recipient, channel=order.channel, at=at, refused=refused)


def _short_where_asked(
    wishes: Sequence[Wish], channel: str, at: datetime
) -> dict[int, int]:
    """Units the named places do not have, by position; what a place has counts once."""
    lying = shelves_of(
        channel=channel,
        store_codes={wish.store_code or "" for wish in wishes},
        sku_codes={wish.sku_code for wish in wishes},
        at=at,
    )
    shelves, short = dict[str, Shelf](), dict[int, int]()
    for wish in wishes:
        code = wish.store_code or ""
        shelf = shelves.setdefault(code, Shelf(_place(code, 0.0, lying)))
        here = shelf.take(wish.sku_code, wish.quantity)
        if here < wish.quantity:
            short[wish.position] = wish.quantity - here
    return short


def _place(store_code: str, km: float, lying: Shelves) -> Candidate:
    kits = {code: kit.parts for code, kit in lying.kits.items()}
    return Candidate(store_code, km, lying.at(store_code), kits)


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
    demand, candidates, best = _planned(wishes, search)
    chosen = {stop.store_code for stop in best.stops}
    reason = shipping_reason(demand, candidates, chosen)
    considered = considered_places(demand, candidates, chosen)
    choices, left = [], {wish.position: wish.quantity for wish in wishes}
    for stop in best.stops:
        sent = Counter(stop.units)
        for wish in wishes:
            units = min(left[wish.position], sent[wish.sku_code])
            left[wish.position] -= units
            sent[wish.sku_code] -= units
            if units:
                choices.append(
                    Choice(
                        wish.position,
                        wish.sku_code,
                        units,
                        Intent.SHIP,
                        stop.store_code,
                        reason,
                        considered,
                    )
                )
    return Sourcing(tuple(choices), _missing_of(wishes, best))


def _missing_of(wishes: Sequence[Wish], best: Plan) -> dict[int, int]:
    """Units that nobody has, by position: the last line that wants them goes short."""
    missing, short = Counter(best.missing), dict[int, int]()
    for wish in reversed(wishes):
        units = min(wish.quantity, missing[wish.sku_code])
        missing[wish.sku_code] -= units
        if units:
            short[wish.position] = units
    return short


def _planned(
    wishes: Sequence[Wish], search: _Search
) -> tuple[Counter[str], list[Candidate], Plan]:
    """What is to be sent in all, who could send it, and the plan of the fewest parcels."""
    demand = Counter[str]()
    for wish in wishes:
        demand[wish.sku_code] += wish.quantity
    candidates = _candidates(demand, search)
    return demand, candidates, plan(demand, candidates, max_parcels=limits().order_parcels)


def _candidates(demand: Mapping[str, int], search: _Search) -> list[Candidate]:
    priorities = priorities_of(search.channel, at=search.at)
    places = [
        (place, km)
        for place, km in _near(search.recipient, search.at, priorities)
        if place.code not in search.refused
    ]
    lying = shelves_of(
        channel=search.channel,
        store_codes=[place.code for place, _ in places],
        sku_codes={*demand, *(wish.sku_code for wish in search.taken)},
        at=search.at,
    )
    own: dict[str, list[tuple[str, int]]] = {}
    for wish in search.taken:
        own.setdefault(wish.store_code or "", []).append((wish.sku_code, wish.quantity))
    return [
        replace(
            _place(place.code, km, lying).without(own.get(place.code, ())),
            priority=priorities.get(place.code, USUAL_PRIORITY),
        )
        for place, km in places
    ]


def _near(
    recipient: Recipient, at: datetime, priorities: Mapping[str, int]
) -> list[tuple[StorePlace, float]]:
    """Places that send parcels, nearest to the customer first; of a channel with places of
    its own, those it prefers before them.

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
    found = nearest(
        latitude,
        longitude,
        at=at,
        capability="ship",
        limit=max(limits().sourcing_places, len(priorities)),
        among=priorities or None,
    )
    found.sort(key=lambda one: priorities.get(one[0].code, USUAL_PRIORITY))
    return found[: limits().sourcing_places]
