"""REST door: many SKUs at many places in one call."""

from dataclasses import replace
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.availability.queries import SkuFigures, figures, sums
from inventory.selling.api.whereabouts import NEAREST, WhereQuery, where_of
from inventory.selling.queries import (
    ChosenPlace,
    Where,
    listed_places,
    pickup_promise,
    places_meant,
    terms_of,
)
from inventory.selling.showing import Display, Policy, Sight, shown
from inventory.selling.speaking import channel_for
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, Text
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits

READERS = Access(
    clients="stock:read", staff="stock.look", devices=True, customers=True, guests=True
)


class GridQuery(WhereQuery):
    """Many SKUs, and the places: named, or the nearest to a point, or in a city or region,
    or all there are."""

    sku = serializers.ListField(
        child=Text(max_length=60), min_length=1, max_length=limits().availability_skus
    )
    store = serializers.ListField(
        child=Text(max_length=32), max_length=limits().availability_places, required=False
    )
    summed = serializers.BooleanField(
        default=False,
        help_text="Over all the places meant; none is listed, `limit` is void.",
    )
    ready = serializers.BooleanField(
        default=False, help_text="Say by when each place would have an order ready."
    )


class GridPlaceOutput(Output):
    """A place that was meant, and how far it is."""

    store = serializers.CharField()
    store_name = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField(allow_blank=True)
    distance_km = serializers.FloatField(allow_null=True)
    can_pickup = serializers.BooleanField()
    can_ship = serializers.BooleanField()
    ready_at = serializers.DateTimeField(allow_null=True)


class GridSkuOutput(Output):
    """One SKU: units over all the places, and at each, in the order of `places`.

    `shown` says how each is told: no number where the channel shows none (FEW, SOME), and
    at least so many where it stops counting (AT_LEAST). It is empty where the channel
    tells the exact numbers.
    """

    sku = serializers.CharField()
    total = serializers.IntegerField(allow_null=True)
    total_shown = serializers.ChoiceField(choices=[(one.value, one.value) for one in Sight])
    available = serializers.ListField(child=serializers.IntegerField(allow_null=True))
    shown = serializers.ListField(
        child=serializers.ChoiceField(choices=[(one.value, one.value) for one in Sight])
    )


class GridOutput(Output):
    """What may be had where, as it stood at `as_of` or a moment later: nothing in here
    comes out of a cache."""

    as_of = serializers.DateTimeField()
    places = GridPlaceOutput(many=True)
    items = GridSkuOutput(many=True)
    unknown = serializers.ListField(child=serializers.CharField())


class GridViewSet(ApiViewSet):
    """What may be had of many SKUs at many places."""

    principals = {"grid": READERS}

    @extend_schema(
        operation_id="availability_grid", parameters=[GridQuery], responses=GridOutput
    )
    @action(detail=False, methods=["get"])
    def grid(self, request: Request) -> Response:
        """Up to 200 SKUs at up to 50 places, named or nearest; or summed over a city, a
        region or all places."""
        asked = self.read_query(GridQuery)
        is_summed = asked["summed"]
        channel = channel_for(self.principal, asked.get("channel"))
        terms = terms_of(channel)
        is_listed = terms.is_listed(self.at) and "store" not in asked
        network = listed_places(channel, at=self.at) if is_listed else None
        meant = places_meant(
            _where(asked, network),
            at=self.at,
            limit=None if is_summed else asked.get("limit", NEAREST),
            ready=pickup_promise if asked["ready"] else None,
        )
        trading = [one.place.id if one.is_trading else 0 for one in meant]
        count = sums if is_summed else figures
        found = count(asked["sku"], trading, channel=channel, at=self.at)
        known = {one.sku_code for one in found}
        # Printed by hand: a shape per row would take longer than the question.
        return Response(
            {
                "as_of": self.at,
                "places": [] if is_summed else [_place(one) for one in meant],
                "items": [_item(one, terms.display) for one in found],
                "unknown": [one for one in dict.fromkeys(asked["sku"]) if one not in known],
            }
        )


def _item(one: SkuFigures, display: Display) -> dict[str, Any]:
    total = shown(one.total, display)
    units: list[int | None] = [*one.units]
    sights: list[Sight] = []
    if display.policy is not Policy.EXACT:
        seen = [shown(number, display) for number in one.units]
        units = [sight.units for sight in seen]
        sights = [sight.sight for sight in seen]
    return {
        "sku": one.sku_code,
        "total": total.units,
        "total_shown": total.sight,
        "available": units,
        "shown": sights,
    }


def _where(asked: dict[str, Any], network: frozenset[str] | None) -> Where:
    if "store" in asked:
        return Where(stores=asked["store"])
    return replace(where_of(asked), network=network)


def _place(one: ChosenPlace) -> dict[str, Any]:
    return {
        "store": one.place.code,
        "store_name": one.place.name,
        "city": one.place.city,
        "region": one.place.region,
        "distance_km": one.distance_km,
        "can_pickup": one.place.can_pickup,
        "can_ship": one.place.can_ship,
        "ready_at": one.ready_at,
    }
