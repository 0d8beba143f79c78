"""REST door: suppliers, and what is ordered from them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.supply import operations
from inventory.supply.api.fields import (
    MOST_UNITS,
    NUMBER,
    Day,
    Lines,
    NothingInput,
    OncePerSku,
    ReasonInput,
    ReceiveInput,
    counted,
    lines_field,
    number_field,
    place_of,
)
from inventory.supply.models import PurchaseOrder, Supplier
from inventory.supply.operations import Purchase, SupplierDetails
from inventory.supply.queries import purchase_view, purchase_views
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import (
    MoneyField,
    Output,
    StrictSerializer,
    Text,
    Whole,
)
from omniretail.kernel.api.views import ApiViewSet

READERS = Access(clients="supply:read", staff="supply.move")
BUYERS = Access(clients="supply:write", staff="supply.order")


class SupplierInput(StrictSerializer):
    """A supplier; what is left out is as usual."""

    code = number_field()
    name = Text(max_length=200)
    lead_time_days = Whole(max_value=365, default=7)
    over_percent = Whole(max_value=100, default=0)
    under_percent = Whole(max_value=100, default=0)
    is_active = serializers.BooleanField(default=True)


class SupplierOutput(Output):
    """A supplier, and how exact its deliveries have to be."""

    code = serializers.CharField()
    name = serializers.CharField()
    lead_time_days = serializers.IntegerField()
    over_percent = serializers.IntegerField()
    under_percent = serializers.IntegerField()
    is_active = serializers.BooleanField()


class PurchaseLineInput(StrictSerializer):
    """Units of one SKU to order, and what one costs."""

    sku = Text(max_length=60)
    quantity = Whole(min_value=1, max_value=MOST_UNITS)
    unit_cost = MoneyField(required=False, min_value=0)


class PurchaseInput(OncePerSku):
    """What is to be ordered; placed at once, unless it is a draft."""

    number = number_field(required=False)
    supplier = Text(max_length=32)
    store = Text(max_length=32)
    expected_on = Day(required=False)
    is_draft = serializers.BooleanField(default=False)
    lines: Lines = lines_field(PurchaseLineInput)


class PurchaseQuery(StrictSerializer):
    """Which orders."""

    status = serializers.ChoiceField(choices=PurchaseOrder.Status.choices, required=False)
    store = Text(max_length=32, required=False)
    supplier = Text(max_length=32, required=False)


class PurchaseLineOutput(Output):
    """Units of one SKU: ordered, tolerated, come, outstanding."""

    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    most = serializers.IntegerField()
    received = serializers.IntegerField()
    outstanding = serializers.IntegerField()
    unit_cost = MoneyField(allow_null=True)


class PurchaseOutput(Output):
    """An order to a supplier."""

    number = serializers.CharField()
    supplier = serializers.CharField(source="supplier_code")
    store = serializers.CharField(source="store_code")
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=PurchaseOrder.Status.choices)
    expected_on = serializers.DateField()
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()
    ordered_at = serializers.DateTimeField(allow_null=True)
    ordered_by = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    close_reason = serializers.CharField()
    lines = PurchaseLineOutput(many=True)


class SupplierViewSet(ApiViewSet):
    """Who delivers."""

    ordering = ("code",)
    principals = {"list": READERS, "create": BUYERS}

    @extend_schema(operation_id="suppliers_list", responses=SupplierOutput(many=True))
    def list(self, request: Request) -> Response:
        """Suppliers, by code."""
        return self.page(Supplier.objects.all(), SupplierOutput)

    @extend_schema(
        operation_id="suppliers_save", request=SupplierInput, responses=SupplierOutput
    )
    def create(self, request: Request) -> Response:
        """Take a supplier up, or change what is known of it; the code says which."""
        given = self.read_body(SupplierInput)
        self.about(f"supplier:{given['code']}")
        details = SupplierDetails(**given)
        operations.save_supplier(details=details, by=self.by, at=self.at)
        return self.answer(SupplierOutput, details)


class PurchaseOrderViewSet(ApiViewSet):
    """Orders to suppliers."""

    lookup_field = "number"
    lookup_value_regex = NUMBER
    ordering = ("-created_at", "-id")
    principals = {
        "list": READERS,
        "retrieve": READERS,
        "create": BUYERS,
        "place": BUYERS,
        "cancel": BUYERS,
        "close": Access(clients="supply:write", staff="supply.approve"),
        "receive": Access(clients="supply:write", staff="supply.move"),
    }

    @extend_schema(
        operation_id="purchase_orders_list",
        parameters=[PurchaseQuery],
        responses=PurchaseOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Orders; an employee sees those that go to the own place."""
        asked = self.read_query(PurchaseQuery)
        names = {"status": "status", "store": "store__code", "supplier": "supplier__code"}
        rows = PurchaseOrder.objects.filter(**{names[key]: asked[key] for key in asked})
        if (place := place_of(self.principal, self.at)) is not None:
            rows = rows.filter(store__code=place)
        views = purchase_views(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(PurchaseOutput(views, many=True).data)

    @extend_schema(operation_id="purchase_orders_retrieve", responses=PurchaseOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """One order."""
        return self._shown(number)

    @extend_schema(
        operation_id="purchase_orders_create",
        request=PurchaseInput,
        responses={201: PurchaseOutput},
    )
    def create(self, request: Request) -> Response:
        """Order goods from a supplier, or draft an order."""
        given = self.read_body(PurchaseInput)
        number = operations.draft_purchase_order(
            supplier_code=given["supplier"],
            store_code=given["store"],
            lines=[
                Purchase(line["sku"], line["quantity"], line.get("unit_cost"))
                for line in given["lines"]
            ],
            number=given.get("number", ""),
            expected_on=given.get("expected_on"),
            by=self.by,
            at=self.at,
        )
        if not given["is_draft"]:
            operations.place_purchase_order(number=number, by=self.by, at=self.at)
        self.about(f"purchase:{number}")
        return self._shown(number, status=201)

    @extend_schema(
        operation_id="purchase_orders_place", request=NothingInput, responses=PurchaseOutput
    )
    @action(detail=True, methods=["post"])
    def place(self, request: Request, number: str) -> Response:
        """Ask the supplier to deliver what was drafted."""
        self.read_body(NothingInput)
        operations.place_purchase_order(number=number, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="purchase_orders_cancel", request=ReasonInput, responses=PurchaseOutput
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        """The goods are not wanted, and none has come yet."""
        given = self.read_body(ReasonInput)
        operations.cancel_purchase_order(
            number=number, reason=given["reason"], **self._acting(number)
        )
        return self._shown(number)

    @extend_schema(
        operation_id="purchase_orders_close", request=ReasonInput, responses=PurchaseOutput
    )
    @action(detail=True, methods=["post"])
    def close(self, request: Request, number: str) -> Response:
        """Nothing more will come."""
        given = self.read_body(ReasonInput)
        operations.close_purchase_order(
            number=number, reason=given["reason"], **self._acting(number)
        )
        return self._shown(number)

    @extend_schema(
        operation_id="purchase_orders_receive",
        request=ReceiveInput,
        responses=PurchaseOutput,
    )
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, number: str) -> Response:
        """Goods of the order come."""
        given = self.read_body(ReceiveInput)
        operations.receive_order(
            number=number,
            lines=counted(given["lines"]),
            reference=given.get("reference", ""),
            **self._acting(number),
        )
        return self._shown(number)

    def _acting(self, number: str) -> dict[str, Any]:
        self.about(f"purchase:{number}")
        return {"by": self.by, "at": self.at}

    def _shown(self, number: str, *, status: int = 200) -> Response:
        place = place_of(self.principal, self.at)
        view = purchase_view(number, store_code=place)
        return self.answer(PurchaseOutput, view, status=status)
