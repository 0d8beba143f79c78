"""REST door: places, their hours, and the device that asks."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Whole
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits
from stores.network import places, queries
from stores.network.models import Store
from stores.network.places import StorePlace

CAPABILITIES = (("pickup", "pickup"), ("ship", "ship"))


class StoreQuery(StrictSerializer):
    """Near a point (both coordinates), or all; those that can do something."""

    latitude = serializers.FloatField(min_value=-90, max_value=90, required=False)
    longitude = serializers.FloatField(min_value=-180, max_value=180, required=False)
    within_km = serializers.FloatField(min_value=0, max_value=20_040, required=False)
    capability = serializers.ChoiceField(choices=CAPABILITIES, required=False)
    limit = Whole(min_value=1, max_value=200, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A point has two coordinates."""
        if ("latitude" in attrs) != ("longitude" in attrs):
            missing = "longitude" if "latitude" in attrs else "latitude"
            raise serializers.ValidationError({missing: ["required"]})
        return attrs


class OtherHoursOutput(Output):
    """A day with other hours; no times mean closed."""

    day = serializers.DateField()
    opens_at = serializers.TimeField(allow_null=True)
    closes_at = serializers.TimeField(allow_null=True)


class StoreOutput(Output):
    """A place."""

    has_context = True

    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=Store.Kind.choices)
    name = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    address = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    time_zone = serializers.CharField()
    phone = serializers.CharField()
    currency = serializers.CharField()
    can_pickup = serializers.BooleanField()
    can_ship = serializers.BooleanField()
    opening_hours = serializers.CharField()
    other_hours = OtherHoursOutput(many=True, source="hours.exceptions")
    is_open = serializers.SerializerMethodField()
    next_opening = serializers.SerializerMethodField()
    distance_km = serializers.SerializerMethodField()

    def get_is_open(self, place: StorePlace) -> bool:
        return places.is_open(place, self.context["at"])

    def get_next_opening(self, place: StorePlace) -> datetime | None:
        return places.next_opening(place, self.context["at"])

    def get_distance_km(self, place: StorePlace) -> float | None:
        distance: float | None = self.context.get("distances", {}).get(place.code)
        return distance


class StoreListOutput(Output):
    """Places, nearest first where a point was given, else by code."""

    has_context = True

    items = StoreOutput(many=True)


class DeviceOutput(Output):
    """A device."""

    code = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField()
    store = serializers.CharField(source="store_code")


class StoreViewSet(ApiViewSet):
    """Stores and warehouses: open to everybody, as a shop's door is."""

    lookup_field = "code"
    lookup_value_regex = "[A-Za-z0-9_-]{1,32}"
    pagination_class = None
    principals = {"list": Access(anyone=True), "retrieve": Access(anyone=True)}

    @extend_schema(
        operation_id="stores_list", parameters=[StoreQuery], responses=StoreListOutput
    )
    def list(self, request: Request) -> Response:
        """Places in business, nearest first if a point is given."""
        given = self.read_query(StoreQuery)
        limit = given.get("limit", limits().availability_places)
        capability = given.get("capability")
        distances: dict[str, float] = {}
        if "latitude" in given:
            near = queries.nearest(
                given["latitude"],
                given["longitude"],
                at=self.at,
                capability=capability,
                limit=limit,
                within_km=given.get("within_km"),
            )
            found = [place for place, _distance in near]
            distances = {place.code: distance for place, distance in near}
        else:
            found = queries.open_stores(self.at, capability=capability)[:limit]
        context = {"at": self.at, "distances": distances}
        return Response({"items": StoreOutput(found, many=True, context=context).data})

    @extend_schema(operation_id="stores_get", responses=StoreOutput)
    def retrieve(self, request: Request, code: str) -> Response:
        """One place."""
        place = queries.get_store(code)
        return Response(StoreOutput(place, context={"at": self.at}).data)


class DeviceViewSet(ApiViewSet):
    """Devices."""

    pagination_class = None
    principals = {"me": Access(devices=True, staff="stock.look")}

    @extend_schema(operation_id="devices_me", responses=DeviceOutput)
    @action(detail=False, methods=["get"])
    def me(self, request: Request) -> Response:
        """The device that asks, and where it stands."""
        card = queries.find_device(self.principal.device or "")
        self.refuse_unless(card is not None)
        return self.answer(DeviceOutput, card)
