"""REST door: goods that go from one place to another."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.supply import operations
from inventory.supply.api.fields import (
    NUMBER,
    GrantedInput,
    LeavingInput,
    Lines,
    Moment,
    OncePerSku,
    ReasonInput,
    ReceiveInput,
    WantedInput,
    counted,
    lines_field,
    serials_of,
    units,
    wanted,
)
from inventory.supply.models import Transfer
from inventory.supply.queries import transfer_view, transfer_views
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet

READERS = Access(clients="supply:read", staff="supply.move")
MOVERS = Access(clients="supply:write", staff="supply.move")


class TransferInput(StrictSerializer):
    """What is to go from where to where."""

    source_store = Text(max_length=32)
    target_store = Text(max_length=32)
    reason = Text(max_length=200, required=False, allow_blank=True)
    due_at = Moment(required=False)
    lines: Lines = lines_field(WantedInput)


class ApproveInput(OncePerSku):
    """All that was asked for, or so much of it; a SKU not named gets none."""

    lines: Lines = lines_field(GrantedInput, required=False)


class DispatchInput(OncePerSku):
    """All that was approved, or so much of it; and when it will arrive. Units of
    serialised SKUs are named."""

    expected_at = Moment(required=False)
    lines: Lines = lines_field(LeavingInput, required=False)


class WriteOffInput(OncePerSku):
    """All that is on the road, or so much of it; and why it will not come."""

    reason = Text(max_length=200)
    lines: Lines = lines_field(WantedInput, required=False)


class TransferQuery(StrictSerializer):
    """Which transfers."""

    status = serializers.ChoiceField(choices=Transfer.Status.choices, required=False)
    source_store = Text(max_length=32, required=False)
    target_store = Text(max_length=32, required=False)


class TransferLineOutput(Output):
    """Units of one SKU: asked for, granted, sent, come, lost, on the road."""

    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField()
    requested = serializers.IntegerField()
    approved = serializers.IntegerField()
    dispatched = serializers.IntegerField()
    received = serializers.IntegerField()
    lost = serializers.IntegerField()
    in_transit = serializers.IntegerField()


class TransferOutput(Output):
    """A transfer."""

    number = serializers.CharField()
    source_store = serializers.CharField(source="source_code")
    target_store = serializers.CharField(source="target_code")
    status = serializers.ChoiceField(choices=Transfer.Status.choices)
    needs_second_person = serializers.BooleanField()
    reason = serializers.CharField()
    due_at = serializers.DateTimeField()
    requested_at = serializers.DateTimeField()
    requested_by = serializers.CharField()
    approved_at = serializers.DateTimeField(allow_null=True)
    approved_by = serializers.CharField()
    dispatched_at = serializers.DateTimeField(allow_null=True)
    dispatched_by = serializers.CharField()
    expected_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    close_reason = serializers.CharField()
    lines = TransferLineOutput(many=True)


class TransferViewSet(ApiViewSet):
    """Transfers: asked for, approved, sent, received, lost."""

    lookup_field = "number"
    lookup_value_regex = NUMBER
    ordering = ("-requested_at", "-id")
    principals = {
        "list": READERS,
        "retrieve": READERS,
        "create": MOVERS,
        "approve": MOVERS,
        "send_off": MOVERS,
        "receive": MOVERS,
        "write_off": Access(clients="supply:write", staff="supply.approve"),
        "cancel": MOVERS,
    }

    @extend_schema(
        operation_id="transfers_list",
        parameters=[TransferQuery],
        responses=TransferOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Transfers; an employee sees those that leave or reach the own place."""
        asked = self.read_query(TransferQuery)
        names = {
            "status": "status",
            "source_store": "source__code",
            "target_store": "target__code",
        }
        rows = Transfer.objects.filter(**{names[key]: asked[key] for key in asked})
        if self._place is not None:
            rows = rows.touching(self._place)
        views = transfer_views(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(TransferOutput(views, many=True).data)

    @extend_schema(operation_id="transfers_retrieve", responses=TransferOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """One transfer."""
        return self._shown(number)

    @extend_schema(
        operation_id="transfers_request",
        request=TransferInput,
        responses={201: TransferOutput},
    )
    def create(self, request: Request) -> Response:
        """Ask that goods go from one place to another. Many units have to be approved by
        somebody else."""
        given = self.read_body(TransferInput)
        number = operations.request_transfer(
            source_code=given["source_store"],
            target_code=given["target_store"],
            lines=wanted(given["lines"]),
            reason=given.get("reason", ""),
            due_at=given.get("due_at"),
            by=self.by,
            at=self.at,
        )
        self.about(f"transfer:{number}")
        return self._shown(number, status=201)

    @extend_schema(
        operation_id="transfers_approve", request=ApproveInput, responses=TransferOutput
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:
        """Keep the goods at the source: all that was asked for, or fewer."""
        given = self.read_body(ApproveInput)
        operations.approve_transfer(
            number=number, units=units(given), **self._acting(number)
        )
        return self._shown(number)

    @extend_schema(
        operation_id="transfers_dispatch", request=DispatchInput, responses=TransferOutput
    )
    @action(detail=True, methods=["post"], url_path="dispatch")
    def send_off(self, request: Request, number: str) -> Response:
        """The goods leave: all that was approved, or fewer."""
        given = self.read_body(DispatchInput)
        operations.dispatch_transfer(
            number=number,
            units=units(given),
            serials=serials_of(given),
            expected_at=given.get("expected_at"),
            **self._acting(number),
        )
        return self._shown(number)

    @extend_schema(
        operation_id="transfers_receive", request=ReceiveInput, responses=TransferOutput
    )
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, number: str) -> Response:
        """Goods come, in part or late; the rest stays on the road."""
        given = self.read_body(ReceiveInput)
        operations.receive_transfer(
            number=number,
            lines=counted(given["lines"]),
            reference=given.get("reference", ""),
            **self._acting(number),
        )
        return self._shown(number)

    @extend_schema(
        operation_id="transfers_write_off", request=WriteOffInput, responses=TransferOutput
    )
    @action(detail=True, methods=["post"], url_path="write-off")
    def write_off(self, request: Request, number: str) -> Response:
        """Goods on the road will not come: all of them, or some."""
        given = self.read_body(WriteOffInput)
        operations.write_off_transfer(
            number=number,
            units=units(given),
            reason=given["reason"],
            **self._acting(number),
        )
        return self._shown(number)

    @extend_schema(
        operation_id="transfers_cancel", request=ReasonInput, responses=TransferOutput
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        """Nothing will be sent."""
        given = self.read_body(ReasonInput)
        operations.cancel_transfer(
            number=number, reason=given["reason"], **self._acting(number)
        )
        return self._shown(number)

    @property
    def _place(self) -> str | None:
        return self.principal.store

    def _acting(self, number: str) -> dict[str, Any]:
        self.about(f"transfer:{number}")
        return {"by": self.by, "at": self.at}

    def _shown(self, number: str, *, status: int = 200) -> Response:
        view = transfer_view(number, store_code=self._place)
        return self.answer(TransferOutput, view, status=status)
