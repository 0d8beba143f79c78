"""REST door: what may be promised where."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.selling.api.whereabouts import NEAREST, WhereQuery, where_of
from inventory.selling.missing import asker, note_later
from inventory.selling.operations import Miss
from inventory.selling.queries import (
    availability,
    display_of,
    pickup_promise,
    sellable_units,
)
from inventory.selling.showing import Display, Sight, shown
from inventory.selling.speaking import channel_for
from inventory.stock.queries import PlaceStock
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, Text
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits
from stores.network.queries import get_store

READERS = Access(
    clients="stock:read", staff="stock.look", devices=True, customers=True, guests=True
)


class AvailabilityQuery(WhereQuery):
    """One SKU over the places near a point, or of a city or region, or of all; or many SKUs
    at one place."""

    sku = serializers.ListField(
        child=Text(max_length=60), min_length=1, max_length=limits().availability_skus
    )
    store = Text(max_length=32, required=False)
    session = Text(
        min_length=8,
        max_length=100,
        required=False,
        help_text="The cart or visit a program asks for: what is not there counts as lost"
        " demand then, once a day. It is not kept.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Many SKUs need one place."""
        if len(attrs["sku"]) > 1 and "store" not in attrs:
            raise serializers.ValidationError({"store": ["required"]})
        return super().validate(attrs)


class AvailabilityOutput(Output):
    """What the channel may sell of one SKU at one place, and by when it would be ready.

    `shown` says how it is told: no number where the channel shows none (FEW, SOME), and
    at least so many where it stops counting (AT_LEAST).
    """

    sku = serializers.CharField()
    store = serializers.CharField()
    store_name = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField(allow_blank=True)
    available = serializers.IntegerField(allow_null=True)
    shown = serializers.ChoiceField(choices=[(one.value, one.value) for one in Sight])
    distance_km = serializers.FloatField(allow_null=True)
    can_pickup = serializers.BooleanField()
    can_ship = serializers.BooleanField()
    ready_at = serializers.DateTimeField(allow_null=True)


class AvailabilityListOutput(Output):
    """The nearest places first, or the SKUs as they were asked for; as it stood at `as_of`
    or a moment later."""

    as_of = serializers.DateTimeField()
    items = AvailabilityOutput(many=True)


class AvailabilityViewSet(ApiViewSet):
    """What may be promised where."""

    principals = {"list": READERS}

    @extend_schema(
        operation_id="availability_list",
        parameters=[AvailabilityQuery],
        responses=AvailabilityListOutput,
    )
    def list(self, request: Request) -> Response:
        """One SKU over places near a point, of a city or of a region; or many SKUs at one
        place."""
        asked = self.read_query(AvailabilityQuery)
        channel = channel_for(self.principal, asked.get("channel"))
        find = _at_one_place if "store" in asked else _over_places
        rows = find(asked, channel, display_of(channel), self.at)
        session = asker(self.principal, asked.get("session", ""))
        note_later(self, _misses(asked, rows, session), channel=channel)
        return self.answer(AvailabilityListOutput, {"as_of": self.at, "items": rows})


def _misses(
    asked: dict[str, Any], rows: Sequence[dict[str, object]], session: str
) -> list[Miss]:
    """What somebody asked for and is nowhere among the places meant. A long list is a page
    that is being drawn, and no wish."""
    if not session or len(asked["sku"]) > limits().misses_noted:
        return []
    there = {row["sku"] for row in rows if row["shown"] is not Sight.NONE}
    asked_for = dict.fromkeys(str(row["sku"]) for row in rows)
    return [
        Miss(sku, asked.get("store"), 1, session) for sku in asked_for if sku not in there
    ]


def _row(sku: str, one: PlaceStock, display: Display) -> dict[str, object]:
    seen = shown(one.available, display)
    return {
        "sku": sku,
        "store": one.place.code,
        "store_name": one.place.name,
        "city": one.place.city,
        "region": one.place.region,
        "available": seen.units,
        "shown": seen.sight,
        "distance_km": one.distance_km,
        "can_pickup": one.place.can_pickup,
        "can_ship": one.place.can_ship,
        "ready_at": one.ready_at,
    }


def _over_places(
    asked: dict[str, Any], channel: str, display: Display, at: datetime
) -> list[dict[str, object]]:
    (sku,) = asked["sku"]
    if sku not in sku_ids([sku]):
        raise SkuNotFound(sku=sku)
    found = availability(
        sku,
        channel=channel,
        at=at,
        where=where_of(asked),
        limit=asked.get("limit", NEAREST),
    )
    return [_row(sku, one, display) for one in found]


def _at_one_place(
    asked: dict[str, Any], channel: str, display: Display, at: datetime
) -> list[dict[str, object]]:
    place = get_store(asked["store"])
    known = sku_ids(asked["sku"])
    here = sellable_units(
        channel=channel, store_codes=[place.code], sku_codes=asked["sku"], at=at
    )
    ready_at = pickup_promise(place, at) if here else None
    found = {sku: here.get((place.code, sku), 0) for sku in asked["sku"] if sku in known}
    return [
        _row(sku, PlaceStock(place, None, 0, units, ready_at if units else None), display)
        for sku, units in found.items()
    ]
