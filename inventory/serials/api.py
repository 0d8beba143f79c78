"""REST door: where a unit with a serial number is, and how it came there."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.serials.queries import serial_story, serial_views
from inventory.stock.models import Bucket, Serial, SerialStep
from inventory.stock.serial_numbers import LONGEST, folded
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet

READERS = Access(clients="stock:read", staff="stock.look")


class SerialQuery(StrictSerializer):
    """Which units: of which SKU, in which place or bucket, of which document, or with
    which number."""

    sku = Text(max_length=60, required=False)
    store = Text(max_length=32, required=False)
    bucket = serializers.ChoiceField(choices=Bucket.choices, required=False)
    reference = Text(max_length=100, required=False)
    number = Text(max_length=LONGEST, required=False)


class SerialOutput(Output):
    """A unit, and where it is now: in a bucket of a place, or outside."""

    sku = serializers.CharField(source="sku_code")
    number = serializers.CharField()
    store = serializers.CharField(source="store_code")
    bucket = serializers.ChoiceField(choices=Bucket.choices)
    reference = serializers.CharField()
    seen_at = serializers.DateTimeField()


class SerialStepOutput(Output):
    """What happened to a unit: when, where, what, by whom, for which document."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=SerialStep.Kind.choices)
    cause = serializers.CharField(allow_blank=True)
    words = serializers.CharField()
    store = serializers.CharField(source="store_code")
    source = serializers.ChoiceField(choices=Bucket.choices)  # type: ignore[assignment]
    target = serializers.ChoiceField(choices=Bucket.choices)
    reference = serializers.CharField()
    actor_kind = serializers.CharField()
    actor_key = serializers.CharField()


class SerialStoryOutput(SerialOutput):
    """A unit with its whole story, the latest first."""

    steps = SerialStepOutput(many=True)


class SerialViewSet(ApiViewSet):
    """Units with serial numbers."""

    queryset = Serial.objects.none()
    ordering = ("-id",)
    principals = {"list": READERS, "story": READERS}

    @extend_schema(
        operation_id="serials_list",
        parameters=[SerialQuery],
        responses=SerialOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Find units, those seen first last."""
        asked = self.read_query(SerialQuery)
        if "number" in asked:
            asked["number"] = folded(asked["number"])
        names = {"sku": "sku__code", "store": "store__code"}
        rows = Serial.objects.filter(
            **{names.get(key, key): value for key, value in asked.items()}
        )
        views = serial_views(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(SerialOutput(views, many=True).data)

    @extend_schema(operation_id="serials_story", responses=SerialStoryOutput)
    @action(detail=False, methods=["get"], url_path="(?P<sku>[^/]+)/(?P<number>.+)")
    def story(self, request: Request, sku: str, number: str) -> Response:
        """One unit: where it is now, and every step that brought it there."""
        return self.answer(SerialStoryOutput, serial_story(sku, number))
