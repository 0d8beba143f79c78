"""What is wanted of places, who may serve it, and who was chosen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inventory.promises.queries import PromiseSlip
from orders.carts.models import Intent
from orders.sourcing.models import SourcingReason
from orders.sourcing.routing import Candidate, Units


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
class Route:
    """The places that may serve a line, the best first; the first `preferred` of them
    are asked before all others. One place: it must come from there."""

    wish: Wish
    places: tuple[str, ...]
    preferred: int = 0


@dataclass(frozen=True)
class Ranking:
    """Who may serve each line of an order, what was known of them when they were ranked,
    and which units nobody had then, by position."""

    routes: tuple[Route, ...]
    demand: Units = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    missing: Mapping[int, int] = field(default_factory=dict)


def promise_line(order_number: str, position: int, store_code: str) -> str:
    """The name under which a place keeps units of an order line."""
    return f"{line_name(order_number, position)}:{store_code}"


def line_name(order_number: str, position: int) -> str:
    """What the names of all promises for an order line begin with."""
    return f"{order_number}:{position}"


def position_of(promise_name: str) -> int:
    """The order line that a promise is for."""
    return int(promise_name.split(":")[1])


def shipping_reason(
    demand: Units, candidates: Collection[Candidate], chosen: Collection[str]
) -> SourcingReason:
    """Why these places send: one has everything, though it is not the nearest that has if
    the channel prefers it, or none has."""
    if len(chosen) != 1:
        return SourcingReason.SPLIT
    sender = next((one for one in candidates if one.store_code in chosen), None)
    if sender is not None and any(
        one.priority > sender.priority and one.distance_km < sender.distance_km
        for one in candidates
        if one.covers(demand)
    ):
        return SourcingReason.PREFERRED
    return SourcingReason.NEAREST


def considered_places(
    demand: Units, candidates: Iterable[Candidate], chosen: Collection[str]
) -> tuple[dict[str, Any], ...]:
    """The ten places worth knowing of, the chosen ones first, then those whose turn it
    would have been."""
    shown = sorted(candidates, key=lambda c: (c.store_code not in chosen, *c.turn))
    return tuple(
        {
            "store": candidate.store_code,
            "priority": candidate.priority,
            "distance_km": str(round(candidate.distance_km, 1)),
            "available": candidate.covered_units(demand),
            "chosen": candidate.store_code in chosen,
        }
        for candidate in shown[:10]
    )


def resourced(ranking: Ranking, slips: Sequence[PromiseSlip]) -> tuple[Choice, ...]:
    """Who was taken instead of a place that ran short."""
    return tuple(
        replace(choice, reason=SourcingReason.RESOURCED)
        for choice in choices_of(ranking, slips)
    )


def choices_of(ranking: Ranking, slips: Sequence[PromiseSlip]) -> tuple[Choice, ...]:
    """Who was taken for which units, as the stock was held."""
    wishes = {route.wish.position: route.wish for route in ranking.routes}
    kept = [(wishes[position_of(slip.line)], slip) for slip in slips]
    senders = {slip.store_code for wish, slip in kept if wish.intent == Intent.SHIP}
    reason = shipping_reason(ranking.demand, ranking.candidates, senders)
    considered = considered_places(ranking.demand, ranking.candidates, senders)
    return tuple(
        Choice(wish.position, wish.sku_code, slip.quantity, wish.intent, slip.store_code)
        if wish.store_code
        else Choice(
            wish.position,
            wish.sku_code,
            slip.quantity,
            wish.intent,
            slip.store_code,
            reason,
            considered,
        )
        for wish, slip in kept
    )
