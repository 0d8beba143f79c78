"""REST door: what came in."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.supply import operations
from inventory.supply.api.fields import NUMBER, ReceiveInput, counted, place_of
from inventory.supply.models import Receipt, ReceiptLine
from inventory.supply.queries import receipt_view, receipt_views
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet

READERS = Access(clients="supply:read", staff="supply.move")


class BlindInput(ReceiveInput):
    """What came that nobody ordered."""

    store = Text(max_length=32)
    supplier = Text(max_length=32, required=False)


class ReceiptQuery(StrictSerializer):
    """Which receipts."""

    store = Text(max_length=32, required=False)
    kind = serializers.ChoiceField(choices=Receipt.Kind.choices, required=False)


class GoodsReceiptLineOutput(Output):
    """Units of one SKU that came in; how many of them had been given up for lost."""

    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField()
    condition = serializers.ChoiceField(choices=ReceiptLine.Condition.choices)
    quantity = serializers.IntegerField()
    was_lost = serializers.IntegerField()
    serials = serializers.ListField(child=serializers.CharField())


class GoodsReceiptOutput(Output):
    """What came in, and with which document."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Receipt.Kind.choices)
    store = serializers.CharField(source="store_code")
    document = serializers.CharField()
    supplier = serializers.CharField(source="supplier_code")
    reference = serializers.CharField()
    received_by = serializers.CharField()
    at = serializers.DateTimeField()
    lines = GoodsReceiptLineOutput(many=True)


class ReceiptViewSet(ApiViewSet):
    """Receipts: written once, never changed."""

    lookup_field = "number"
    lookup_value_regex = NUMBER
    ordering = ("-at", "-id")
    principals = {
        "list": READERS,
        "retrieve": READERS,
        "create": Access(clients="supply:write", staff="supply.move"),
    }

    @extend_schema(
        operation_id="receipts_list",
        parameters=[ReceiptQuery],
        responses=GoodsReceiptOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Receipts, the latest first; an employee sees those of the own place."""
        asked = self.read_query(ReceiptQuery)
        names = {"store": "store__code", "kind": "kind"}
        rows = Receipt.objects.filter(**{names[key]: asked[key] for key in asked})
        if (place := place_of(self.principal, self.at)) is not None:
            rows = rows.filter(store__code=place)
        views = receipt_views(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(GoodsReceiptOutput(views, many=True).data)

    @extend_schema(operation_id="receipts_retrieve", responses=GoodsReceiptOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """One receipt."""
        place = place_of(self.principal, self.at)
        return self.answer(GoodsReceiptOutput, receipt_view(number, store_code=place))

    @extend_schema(
        operation_id="receipts_create",
        request=BlindInput,
        responses={201: GoodsReceiptOutput},
    )
    def create(self, request: Request) -> Response:
        """Goods come that nobody ordered or announced."""
        given = self.read_body(BlindInput)
        number = operations.receive_blind(
            store_code=given["store"],
            supplier_code=given.get("supplier", ""),
            lines=counted(given["lines"]),
            reference=given.get("reference", ""),
            by=self.by,
            at=self.at,
        )
        self.about(f"receipt:{number}")
        return self.answer(GoodsReceiptOutput, receipt_view(number), status=201)
