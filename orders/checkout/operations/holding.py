"""Holding the goods of an order: where they must stand, or at the best place that can."""

from collections import Counter
from datetime import datetime
from typing import Any, cast

from inventory.promises.operations import (
    NotEnoughStock,
    PromiseSlip,
    RankedDemand,
    hold_ranked,
)
from inventory.promises.queries import as_asked
from omniretail.kernel.actors import Actor
from omniretail.kernel.limits import limits
from orders.checkout.quoting import PricedCart
from orders.fulfilment.operations import free_units_for
from orders.ordering.models import Order
from orders.sourcing.choices import (
    Ranking,
    Route,
    Wish,
    choices_of,
    line_name,
    promise_line,
)
from orders.sourcing.operations import rank_places, record_choices

ROUTING_TRIES = 3


def hold_goods(order: Order, priced: PricedCart, *, by: Actor, at: datetime) -> None:
    """Hold every unit where it will come from, and keep why.

    Whoever is outrun at a place gets the next one; where only another split helps, the
    places are ranked anew. What must come from a place that has no more of it may be freed
    there, once: by promises that may stand elsewhere.

    Raises:
        NotEnoughStock: `field` names the line; nothing is held.
    """
    wishes = [
        Wish(i, one.line.sku_code, one.line.quantity, one.line.intent, one.line.store_code)
        for i, one in enumerate(priced.lines, start=1)
    ]
    may_make_room = True
    for tries_left in reversed(range(ROUTING_TRIES)):
        ranking = rank_places(wishes, priced.cart.recipient, channel=order.channel, at=at)
        for route in ranking.routes:
            if not route.places:
                raise _nobody_sends(route.wish)
        try:
            slips = _hold_ranked(order, ranking, by, at)
        except NotEnoughStock as short:
            wish = ranking.routes[_index(short)].wish
            goes_on = not ranking.missing
            if wish.store_code:
                goes_on = may_make_room and _make_room(
                    ranking, wish.store_code, short, by, at
                )
                may_make_room = False
            if not (goes_on and tries_left):
                raise type(short)(field=_field(wish.position), **short.facts) from short
        else:
            record_choices(order=order, choices=choices_of(ranking, as_asked(slips)), at=at)
            return


def _hold_ranked(
    order: Order, ranking: Ranking, by: Actor, at: datetime
) -> list[PromiseSlip]:
    return hold_ranked(
        demands=[
            RankedDemand(
                route.wish.sku_code,
                route.wish.quantity,
                _promise_name(order, route),
                route.places,
                may_split=True,
                preferred=route.preferred,
            )
            for route in ranking.routes
        ],
        owner=f"order:{order.number}",
        reference=order.number,
        ends_at=at + limits().hold_life,
        by=by,
        at=at,
        channel=order.channel,
        is_one_place=True,
        most_places=limits().order_parcels,
        is_paying=True,
    )


def _make_room(
    ranking: Ranking, store_code: str, short: NotEnoughStock, by: Actor, at: datetime
) -> bool:
    """Free what a place lacks for lines that must come from there, if others can move.
    All levels that this order may take are locked with those that change."""
    wanted = Counter[str]()
    for one in cast(list[dict[str, Any]], short.facts["shortages"]):
        if one["store"] == store_code:
            wanted[one["sku"]] += one["wanted"] - one["available"]
    routes = [(route.places, route.wish.sku_code) for route in ranking.routes]
    return free_units_for(
        store_code=store_code,
        wanted=wanted,
        beside={(place, sku) for places, sku in routes for place in places},
        by=by,
        at=at,
    )


def _promise_name(order: Order, route: Route) -> str:
    """The promise of a line that must stand somewhere is named after its place; the
    others are, once it is known."""
    if len(route.places) == 1:
        return promise_line(order.number, route.wish.position, route.places[0])
    return line_name(order.number, route.wish.position)


def _nobody_sends(wish: Wish) -> NotEnoughStock:
    return NotEnoughStock(
        field=_field(wish.position),
        sku=wish.sku_code,
        store=None,
        wanted=wish.quantity,
        available=0,
    )


def _index(short: NotEnoughStock) -> int:
    """Which demand was short: its field reads "lines/<i>/sku"."""
    parts = (short.field or "").split("/")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def _field(position: int) -> str:
    return f"lines/{position - 1}/quantity"
