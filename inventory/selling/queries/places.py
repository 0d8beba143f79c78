"""One SKU over the places, the nearest first."""

from dataclasses import replace
from datetime import datetime

from inventory.selling.queries.shelves import sellable
from inventory.selling.queries.terms import places_of
from inventory.selling.queries.whereabouts import (
    Readiness,
    Where,
    pickup_promise,
    places_meant,
)
from inventory.stock.queries import PlaceStock


def availability(
    sku_code: str,
    *,
    channel: str | None,
    at: datetime,
    where: Where,
    limit: int = 20,
    ready: Readiness = pickup_promise,
) -> list[PlaceStock]:
    """What a channel could sell of one SKU at the places of its network, the nearest first,
    and by when a place that has some would have an order ready.

    Places that have none are in the list too: "not here" is an answer.
    """
    meant = places_meant(
        replace(where, network=places_of(channel, at=at)), at=at, limit=limit
    )
    found = sellable(
        channel=channel,
        store_codes=[one.place.code for one in meant],
        sku_codes=[sku_code],
        at=at,
    )
    answer: list[PlaceStock] = []
    for one in meant:
        here = found.get((one.place.code, sku_code))
        on_hand, units = (here.on_hand, here.units) if here else (0, 0)
        ready_at = ready(one.place, at) if units else None
        answer.append(PlaceStock(one.place, one.distance_km, on_hand, units, ready_at))
    return answer
