"""How doors are asked about places, and for which channel."""

from typing import Any

from rest_framework import serializers

from inventory.selling.queries import Where
from omniretail.kernel.api.serializers import StrictSerializer, Text, Whole
from omniretail.kernel.limits import limits

NEAREST = 20
"""So many places, if nobody says how many."""


class WhereQuery(StrictSerializer):
    """Places near a point, or in a city or region, or all there are; and who asks."""

    latitude = serializers.FloatField(min_value=-90, max_value=90, required=False)
    longitude = serializers.FloatField(min_value=-180, max_value=180, required=False)
    within_km = serializers.FloatField(min_value=0, max_value=20_040, required=False)
    city = Text(max_length=80, required=False)
    region = Text(max_length=80, required=False)
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
        """A point has two coordinates; a distance is one from a point; named places are
        those and no others."""
        if ("latitude" in attrs) != ("longitude" in attrs):
            missing = "longitude" if "latitude" in attrs else "latitude"
            raise serializers.ValidationError({missing: ["required"]})
        if "within_km" in attrs and "latitude" not in attrs:
            raise serializers.ValidationError({"latitude": ["required"]})
        narrowing = {"latitude", "city", "region", "capability", "limit"} & set(attrs)
        if "store" in attrs and narrowing:
            raise serializers.ValidationError({min(narrowing): ["not with store"]})
        return attrs


def where_of(asked: dict[str, Any]) -> Where:
    """The places a question that was read is about, of whatever network."""
    return Where(
        near=(asked["latitude"], asked["longitude"]) if "latitude" in asked else None,
        within_km=asked.get("within_km"),
        city=asked.get("city"),
        region=asked.get("region"),
        capability=asked.get("capability"),
    )
