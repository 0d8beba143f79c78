"""REST door: what suppliers say is on its way."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.supply import operations
from inventory.supply.api.fields import (
    NUMBER,
    Lines,
    Moment,
    NothingInput,
    ReceiveInput,
    WantedInput,
    counted,
    lines_field,
    number_field,
    place_of,
    wanted,
)
from inventory.supply.models import ShipNotice
from inventory.supply.operations import Delivery
from inventory.supply.queries import notice_view, notice_views
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet

READERS = Access(clients="supply:read", staff="supply.move")


class NoticeInput(StrictSerializer):
    """What a supplier says is on its way, by the number on the delivery note."""

    number = number_field()
    order = Text(max_length=32)
    expected_at = Moment()
    carrier = Text(max_length=80, required=False, allow_blank=True)
    tracking_number = Text(max_length=64, required=False, allow_blank=True)
    lines: Lines = lines_field(WantedInput)


class NoticeQuery(StrictSerializer):
    """Which deliveries."""

    status = serializers.ChoiceField(choices=ShipNotice.Status.choices, required=False)
    store = Text(max_length=32, required=False)
    order = Text(max_length=32, required=False)


class NoticeLineOutput(Output):
    """Units of one SKU: announced, come, outstanding."""

    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    received = serializers.IntegerField()
    outstanding = serializers.IntegerField()


class NoticeOutput(Output):
    """An announced delivery."""

    number = serializers.CharField()
    order = serializers.CharField(source="order_number")
    supplier = serializers.CharField(source="supplier_code")
    store = serializers.CharField(source="store_code")
    status = serializers.ChoiceField(choices=ShipNotice.Status.choices)
    expected_at = serializers.DateTimeField()
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    announced_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    lines = NoticeLineOutput(many=True)


class ShipNoticeViewSet(ApiViewSet):
    """Announced deliveries, by the number on the delivery note."""

    lookup_field = "number"
    lookup_value_regex = NUMBER
    ordering = ("-announced_at", "-id")
    principals = {
        "list": READERS,
        "retrieve": READERS,
        "create": Access(clients="supply:write", staff="supply.order"),
        "receive": Access(clients="supply:write", staff="supply.move"),
        "close": Access(clients="supply:write", staff="supply.approve"),
    }

    @extend_schema(
        operation_id="ship_notices_list",
        parameters=[NoticeQuery],
        responses=NoticeOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Deliveries; an employee sees those that go to the own place."""
        asked = self.read_query(NoticeQuery)
        names = {
            "status": "status",
            "store": "order__store__code",
            "order": "order__number",
        }
        rows = ShipNotice.objects.filter(**{names[key]: asked[key] for key in asked})
        if (place := place_of(self.principal, self.at)) is not None:
            rows = rows.filter(order__store__code=place)
        views = notice_views(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(NoticeOutput(views, many=True).data)

    @extend_schema(operation_id="ship_notices_retrieve", responses=NoticeOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """One delivery."""
        return self._shown(number)

    @extend_schema(
        operation_id="ship_notices_announce",
        request=NoticeInput,
        responses={201: NoticeOutput},
    )
    def create(self, request: Request) -> Response:
        """A supplier says what is on its way; the same note again changes nothing."""
        given = self.read_body(NoticeInput)
        number = given["number"]
        operations.announce_delivery(
            order_number=given["order"],
            delivery=Delivery(
                number,
                given["expected_at"],
                given.get("carrier", ""),
                given.get("tracking_number", ""),
            ),
            lines=wanted(given["lines"]),
            **self._acting(number),
        )
        return self._shown(number, status=201)

    @extend_schema(
        operation_id="ship_notices_receive", request=ReceiveInput, responses=NoticeOutput
    )
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, number: str) -> Response:
        """Goods of the delivery come."""
        given = self.read_body(ReceiveInput)
        operations.receive_delivery(
            number=number,
            lines=counted(given["lines"]),
            reference=given.get("reference", ""),
            **self._acting(number),
        )
        return self._shown(number)

    @extend_schema(
        operation_id="ship_notices_close", request=NothingInput, responses=NoticeOutput
    )
    @action(detail=True, methods=["post"])
    def close(self, request: Request, number: str) -> Response:
        """What has not come will not come with this delivery; the order waits on."""
        self.read_body(NothingInput)
        operations.close_delivery(number=number, **self._acting(number))
        return self._shown(number)

    def _acting(self, number: str) -> dict[str, Any]:
        self.about(f"delivery:{number}")
        return {"by": self.by, "at": self.at}

    def _shown(self, number: str, *, status: int = 200) -> Response:
        view = notice_view(number, store_code=place_of(self.principal, self.at))
        return self.answer(NoticeOutput, view, status=status)
