"""REST door: what may be promised where."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.selling.queries import availability, display_of, sellable_units
from inventory.selling.showing import Display, Sight, shown
from inventory.selling.speaking import channel_for
from inventory.stock.queries import PlaceStock
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits
from stores.network.queries import get_store

READERS = Access(
    clients="stock:read", staff="stock.look", devices=True, customers=True, guests=True
)


class AvailabilityQuery(StrictSerializer):
    """One SKU over the places, nearest to a point first; or many SKUs at one place."""

    sku = serializers.ListField(
        child=Text(max_length=60), min_length=1, max_length=limits().availability_skus
    )
    store = Text(max_length=32, required=False)
    latitude = serializers.FloatField(min_value=-90, max_value=90, required=False)
    longitude = serializers.FloatField(min_value=-180, max_value=180, required=False)
    within_km = serializers.FloatField(min_value=0, max_value=20_040, required=False)
    capability = serializers.ChoiceField(
        choices=(("pickup", "pickup"), ("ship", "ship")), required=False
    )
    limit = Whole(min_value=1, max_value=limits().availability_places, required=False)
    channel = Text(
        max_length=20,
        required=False,
        help_text="For a program without a channel of its own; others see their own.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A point has two coordinates; many SKUs need one place."""
        if ("latitude" in attrs) != ("longitude" in attrs):
            missing = "longitude" if "latitude" in attrs else "latitude"
            raise serializers.ValidationError({missing: ["required"]})
        if len(attrs["sku"]) > 1 and "store" not in attrs:
            raise serializers.ValidationError({"store": ["required"]})
        return attrs


class AvailabilityOutput(Output):
    """What the channel may sell of one SKU at one place, and by when it would be ready.

    `shown` says how it is told: no number where the channel shows none (FEW, SOME), and
    at least so many where it stops counting (AT_LEAST).
    """

    sku = serializers.CharField()
    store = serializers.CharField()
    store_name = serializers.CharField()
    city = serializers.CharField()
    available = serializers.IntegerField(allow_null=True)
    shown = serializers.ChoiceField(choices=[(one.value, one.value) for one in Sight])
    distance_km = serializers.FloatField(allow_null=True)
    can_pickup = serializers.BooleanField()
    can_ship = serializers.BooleanField()
    ready_at = serializers.DateTimeField(allow_null=True)


class AvailabilityListOutput(Output):
    """The nearest places first, or the SKUs as they were asked for."""

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
        """One SKU over places near a point, or many SKUs at one place."""
        asked = self.read_query(AvailabilityQuery)
        channel = channel_for(self.principal, asked.get("channel"))
        find = _at_one_place if "store" in asked else _over_places
        rows = find(asked, channel, display_of(channel), self.at)
        return self.answer(AvailabilityListOutput, {"items": rows})


def _row(sku: str, one: PlaceStock, display: Display) -> dict[str, object]:
    seen = shown(one.available, display)
    return {
        "sku": sku,
        "store": one.place.code,
        "store_name": one.place.name,
        "city": one.place.city,
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
    near = (asked["latitude"], asked["longitude"]) if "latitude" in asked else None
    found = availability(
        sku,
        channel=channel,
        at=at,
        near=near,
        capability=asked.get("capability"),
        limit=asked.get("limit", 20),
        within_km=asked.get("within_km"),
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
    return [
        _row(sku, PlaceStock(place, None, 0, here.get((place.code, sku), 0), None), display)
        for sku in dict.fromkeys(asked["sku"])
        if sku in known
    ]
