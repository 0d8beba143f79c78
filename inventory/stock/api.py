"""REST door: what is where, what of it may be promised, and corrections to it."""

from datetime import datetime
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.stock.models import StockLevel
from inventory.stock.operations import Adjustment, adjust_levels
from inventory.stock.queries import PlaceStock, availability, levels
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
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

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A point has two coordinates; many SKUs need one place."""
        if ("latitude" in attrs) != ("longitude" in attrs):
            missing = "longitude" if "latitude" in attrs else "latitude"
            raise serializers.ValidationError({missing: ["required"]})
        if len(attrs["sku"]) > 1 and "store" not in attrs:
            raise serializers.ValidationError({"store": ["required"]})
        return attrs


class AvailabilityOutput(Output):
    """What one place may promise of one SKU, and by when it would be ready."""

    sku = serializers.CharField()
    store = serializers.CharField()
    store_name = serializers.CharField()
    city = serializers.CharField()
    available = serializers.IntegerField()
    distance_km = serializers.FloatField(allow_null=True)
    can_pickup = serializers.BooleanField()
    can_ship = serializers.BooleanField()
    ready_at = serializers.DateTimeField(allow_null=True)


class AvailabilityListOutput(Output):
    """The nearest places first, or the SKUs as they were asked for."""

    items = AvailabilityOutput(many=True)


class LevelQuery(StrictSerializer):
    """The levels of one place; all of them, or of these SKUs."""

    store = Text(max_length=32)
    sku = serializers.ListField(
        child=Text(max_length=60), required=False, max_length=limits().availability_skus
    )


class LevelOutput(Output):
    """A level."""

    store = serializers.CharField(source="store_code")
    sku = serializers.CharField(source="sku_code")
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    safety_stock = serializers.IntegerField()
    available = serializers.IntegerField()


class LevelListOutput(Output):
    """The levels after the change, in the order of the lines."""

    items = LevelOutput(many=True)


class LevelLineInput(StrictSerializer):
    """What is on hand, or by how much it changes; and the safety stock, if that changes.
    With `seen`, the line is refused unless that is still what is on hand."""

    store = Text(max_length=32)
    sku = Text(max_length=60)
    on_hand = Whole(max_value=1_000_000, required=False)
    delta = Whole(min_value=-1_000_000, max_value=1_000_000, required=False)
    safety_stock = Whole(max_value=1_000_000, required=False)
    seen = Whole(max_value=1_000_000, required=False)


class AdjustInput(StrictSerializer):
    """Corrections: all of them, or none."""

    reason = Text(max_length=200)
    lines = serializers.ListField(child=LevelLineInput(), min_length=1, max_length=200)


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
        rows = _at_one_place(asked) if "store" in asked else _over_places(asked, self.at)
        return self.answer(AvailabilityListOutput, {"items": rows})


class StockLevelViewSet(ApiViewSet):
    """What is where."""

    principals = {
        "list": Access(clients="stock:read", staff="stock.look", devices=True),
        "adjust": Access(clients="stock:write", staff="stock.adjust"),
    }

    @extend_schema(
        operation_id="stock_levels_list",
        parameters=[LevelQuery],
        responses=LevelOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """The levels of one place."""
        asked = self.read_query(LevelQuery)
        place = get_store(asked["store"])
        rows = StockLevel.objects.filter(store_id=place.id).select_related("sku")
        if "sku" in asked:
            rows = rows.filter(sku__code__in=asked["sku"])
        codes = [row.sku.code for row in self.paginate_queryset(rows) or []]
        views = levels(place.code, codes)
        data = LevelOutput([views[code] for code in codes], many=True).data
        return self.get_paginated_response(data)

    @extend_schema(
        operation_id="stock_levels_adjust", request=AdjustInput, responses=LevelListOutput
    )
    @action(detail=False, methods=["post"])
    def adjust(self, request: Request) -> Response:
        """Correct levels to what is there, or by some units."""
        given = self.read_body(AdjustInput)
        lines = [_adjustment(line) for line in given["lines"]]
        if self.principal.kind is PrincipalKind.STAFF and any(
            line.store_code != self.principal.store for line in lines
        ):
            raise Http404
        self.about(f"stock:{lines[0].store_code}")
        views = adjust_levels(
            adjustments=lines, reason=given["reason"], by=self.by, at=self.at
        )
        return self.answer(LevelListOutput, {"items": views})


def _adjustment(line: dict[str, Any]) -> Adjustment:
    return Adjustment(
        store_code=line["store"],
        sku_code=line["sku"],
        on_hand=line.get("on_hand"),
        delta=line.get("delta"),
        safety_stock=line.get("safety_stock"),
        seen=line.get("seen"),
    )


def _row(sku: str, one: PlaceStock) -> dict[str, object]:
    return {
        "sku": sku,
        "store": one.place.code,
        "store_name": one.place.name,
        "city": one.place.city,
        "available": one.available,
        "distance_km": one.distance_km,
        "can_pickup": one.place.can_pickup,
        "can_ship": one.place.can_ship,
        "ready_at": one.ready_at,
    }


def _over_places(asked: dict[str, Any], at: datetime) -> list[dict[str, object]]:
    (sku,) = asked["sku"]
    if sku not in sku_ids([sku]):
        raise SkuNotFound(sku=sku)
    near = (asked["latitude"], asked["longitude"]) if "latitude" in asked else None
    found = availability(
        sku,
        at=at,
        near=near,
        capability=asked.get("capability"),
        limit=asked.get("limit", 20),
        within_km=asked.get("within_km"),
    )
    return [_row(sku, one) for one in found]


def _at_one_place(asked: dict[str, Any]) -> list[dict[str, object]]:
    place = get_store(asked["store"])
    known = sku_ids(asked["sku"])
    here = levels(place.code, asked["sku"])
    return [
        {
            "sku": sku,
            "store": place.code,
            "store_name": place.name,
            "city": place.city,
            "available": here[sku].available if sku in here else 0,
            "distance_km": None,
            "can_pickup": place.can_pickup,
            "can_ship": place.can_ship,
            "ready_at": None,
        }
        for sku in dict.fromkeys(asked["sku"])
        if sku in known
    ]
