"""One SKU over the places, the nearest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.catalogue.queries import kits
from inventory.selling.models import SELLABLE
from inventory.stock.queries import PlaceStock
from stores.network.hours import NeverOpens
from stores.network.places import StorePlace
from stores.network.queries import nearest, open_stores, ready_by

_OVER_PLACES = f"""
    SELECT l.store_id, k.code, l.on_hand,
           CASE WHEN l.available_to_promise > 0
                THEN GREATEST(0, COALESCE({SELLABLE}, 0)) ELSE 0 END
    FROM inventory_stocklevel l JOIN inventory_sku k ON k.id = l.sku_id
    WHERE k.code = ANY(%(skus)s) AND l.store_id = ANY(%(places)s)
"""  # noqa: S608 - our own names


def availability(
    sku_code: str,
    *,
    channel: str | None,
    at: datetime,
    near: tuple[float, float] | None = None,
    capability: str | None = None,
    limit: int = 20,
    within_km: float | None = None,
) -> list[PlaceStock]:
    """What a channel could sell of one SKU at the places in business, the nearest first.

    Places that have none are in the list too: "not here" is an answer.
    """
    places: list[tuple[StorePlace, float | None]]
    if near is None:
        places = [(place, None) for place in open_stores(at, capability=capability)[:limit]]
    else:
        places = list(
            nearest(*near, at=at, capability=capability, limit=limit, within_km=within_km)
        )
    stock = _stock_of(sku_code, [place.id for place, _km in places], channel, at)
    return [
        _place_stock(place, distance, *stock.get(place.id, (0, 0)), at=at)
        for place, distance in places
    ]


def _stock_of(
    sku_code: str, stores: Sequence[int], channel: str | None, at: datetime
) -> dict[int, tuple[int, int]]:
    """What is on hand of a SKU, or is made by the parts of a kit, and what of it may be
    sold, by the key of the place."""
    found = _figures([sku_code], stores, channel, at)
    made_up = {} if found else kits([sku_code])
    if not made_up:
        return {store: here[sku_code] for store, here in found.items()}
    kit = made_up[sku_code]
    return {
        store: (
            kit.whole({code: there for code, (there, _units) in here.items()}),
            kit.whole({code: units for code, (_there, units) in here.items()}),
        )
        for store, here in _figures(list(kit.parts), stores, channel, at).items()
    }


def _figures(
    sku_codes: Sequence[str], stores: Sequence[int], channel: str | None, at: datetime
) -> dict[int, dict[str, tuple[int, int]]]:
    parameters: dict[str, Any] = {
        "skus": list(sku_codes),
        "places": list(stores),
        "channel": channel,
        "at": at,
    }
    found: dict[int, dict[str, tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OVER_PLACES, parameters)
        for store, code, there, units in cursor.fetchall():
            found.setdefault(store, {})[code] = (there, units)
    return found


def _place_stock(
    place: StorePlace, distance: float | None, on_hand: int, units: int, *, at: datetime
) -> PlaceStock:
    ready_at = _ready_at(place, at) if units else None
    return PlaceStock(place, distance, on_hand, units, ready_at)


def _ready_at(place: StorePlace, at: datetime) -> datetime | None:
    try:
        return ready_by(place, at)
    except NeverOpens:
        return None
