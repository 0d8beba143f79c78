"""Moments that somebody can mean."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

from omniretail.kernel.api import serializers as kernel

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Moment(kernel.Moment):
    """A moment of this century."""

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not FIRST <= moment < LAST:
            raise serializers.ValidationError("too_far", code="too_far")
        return moment.astimezone(UTC)
