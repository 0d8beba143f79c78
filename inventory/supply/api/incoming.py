"""REST door: what is still to come, and promising it by date."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.promises.operations import Demand
from inventory.supply import operations
from inventory.supply.api.fields import (
    MOST_UNITS,
    NUMBER,
    Lines,
    lines_field,
    number_field,
)
from inventory.supply.models import DatedPromise
from inventory.supply.queries import dated_slips, incoming
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits


class IncomingQuery(StrictSerializer):
    """Which SKUs, at which places."""

    sku = serializers.ListField(
        child=Text(max_length=60), min_length=1, max_length=limits().availability_skus
    )
    store = serializers.ListField(
        child=Text(max_length=32), min_length=1, max_length=limits().availability_places
    )


class IncomingOutput(Output):
    """Units that a document brings by a moment, and how many may still be promised."""

    store = serializers.CharField(source="store_code")
    sku = serializers.CharField(source="sku_code")
    document = serializers.CharField()
    kind = serializers.ChoiceField(choices=(("ORDER", "ORDER"), ("TRANSFER", "TRANSFER")))
    expected_at = serializers.DateTimeField()
    quantity = serializers.IntegerField()
    free = serializers.IntegerField()


class IncomingListOutput(Output):
    """What is to come, by when."""

    items = IncomingOutput(many=True)


class DatedLineInput(StrictSerializer):
    """Units of what is to come, wanted at a place; `line` says what for."""

    store = Text(max_length=32)
    sku = Text(max_length=60)
    quantity = Whole(min_value=1, max_value=MOST_UNITS)
    line = Text(max_length=60)


class DatedInput(StrictSerializer):
    """Units to promise by date: all of them, or none."""

    reference = number_field()
    lines: Lines = lines_field(DatedLineInput)

    def validate_lines(self, lines: list[dict[str, object]]) -> list[dict[str, object]]:
        """Each line at most once."""
        if len({line["line"] for line in lines}) < len(lines):
            raise serializers.ValidationError("repeated", code="repeated")
        return lines


class CancelDatedInput(StrictSerializer):
    """All lines that still wait, or these."""

    lines = serializers.ListField(
        child=Text(max_length=60), required=False, max_length=limits().supply_lines
    )


class DatedOutput(Output):
    """Units promised by date."""

    reference = serializers.CharField()
    line = serializers.CharField()
    store = serializers.CharField(source="store_code")
    sku = serializers.CharField(source="sku_code")
    document = serializers.CharField()
    quantity = serializers.IntegerField()
    status = serializers.ChoiceField(choices=DatedPromise.Status.choices)
    promised_for = serializers.DateTimeField()


class DatedListOutput(Output):
    """All that was promised by date under a reference."""

    items = DatedOutput(many=True)


class IncomingViewSet(ApiViewSet):
    """What orders to suppliers and transfers are to bring."""

    principals = {"list": Access(clients="supply:read", staff="stock.look")}

    @extend_schema(
        operation_id="incoming_list",
        parameters=[IncomingQuery],
        responses=IncomingListOutput,
    )
    def list(self, request: Request) -> Response:
        """What is to come of these SKUs at these places, by when it comes."""
        asked = self.read_query(IncomingQuery)
        items = incoming(asked["sku"], asked["store"], at=self.at)
        return self.answer(IncomingListOutput, {"items": items})


class DatedPromiseViewSet(ApiViewSet):
    """Units of what is to come, kept by date: pre-orders and back-orders."""

    lookup_field = "reference"
    lookup_value_regex = NUMBER
    principals = {
        "create": Access(clients="supply:write"),
        "retrieve": Access(clients="supply:read"),
        "cancel": Access(clients="supply:write"),
    }

    @extend_schema(
        operation_id="dated_promises_create",
        request=DatedInput,
        responses={201: DatedListOutput},
    )
    def create(self, request: Request) -> Response:
        """Promise units of what comes first: all of them, or none; each part has its
        date."""
        given = self.read_body(DatedInput)
        reference = given["reference"]
        self.about(f"dated:{reference}")
        slips = operations.promise_incoming(
            demands=[
                Demand(line["store"], line["sku"], line["quantity"], line["line"])
                for line in given["lines"]
            ],
            owner=f"order:{reference}",
            reference=reference,
            by=self.by,
            at=self.at,
        )
        return self.answer(DatedListOutput, {"items": slips}, status=201)

    @extend_schema(operation_id="dated_promises_retrieve", responses=DatedListOutput)
    def retrieve(self, request: Request, reference: str) -> Response:
        """All that was promised by date under a reference."""
        slips = dated_slips(reference)
        self.refuse_unless(bool(slips))
        return self.answer(DatedListOutput, {"items": slips})

    @extend_schema(
        operation_id="dated_promises_cancel",
        request=CancelDatedInput,
        responses=DatedListOutput,
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, reference: str) -> Response:
        """Nobody waits for these goods any more."""
        given = self.read_body(CancelDatedInput)
        self.refuse_unless(bool(dated_slips(reference)))
        self.about(f"dated:{reference}")
        operations.cancel_dated(
            reference=reference, lines=given.get("lines"), by=self.by, at=self.at
        )
        return self.answer(DatedListOutput, {"items": dated_slips(reference)})
