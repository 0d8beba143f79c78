"""The REST door of returns: what came back, at the store where it came back."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.serializers import (
    MoneyField,
    Output,
    StrictSerializer,
    Text,
    Whole,
)
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits
from orders.ordering.access import may_see_order
from orders.ordering.models import Order
from orders.ordering.queries import order_view
from orders.returns.models import Disposition
from orders.returns.operations import ReturnItem, return_order
from orders.returns.queries import return_views, returnable_lines

Lines = serializers.ListSerializer[Any]


class ReturnLineInput(StrictSerializer):
    """Units of one order line that come back; of serialised goods (of a kit, of its
    serialised parts) the number of each."""

    position = Whole(min_value=1, max_value=limits().receipt_lines)
    quantity = Whole(min_value=1, max_value=limits().receipt_quantity)
    disposition = serializers.ChoiceField(
        choices=Disposition.choices, default=Disposition.RESTOCK
    )
    serials = serializers.ListField(
        child=Text(max_length=60), required=False, max_length=limits().line_serials
    )


class ReturnInput(StrictSerializer):
    """Which units come back; without lines, everything the customer has."""

    reason = Text(max_length=200, required=False, allow_blank=True)
    lines: Lines = serializers.ListSerializer(
        child=ReturnLineInput(),
        required=False,
        min_length=1,
        max_length=limits().receipt_lines,
    )

    def validate_lines(self, lines: list[dict[str, object]]) -> list[dict[str, object]]:
        """Each order line at most once, so that no unit is counted twice."""
        if len({line["position"] for line in lines}) < len(lines):
            raise serializers.ValidationError("repeated", code="repeated")
        return lines


class ReturnLineOutput(Output):
    """Units of one order line that came back."""

    position = serializers.IntegerField()
    sku_code = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    disposition = serializers.ChoiceField(choices=Disposition.choices)
    serials = serializers.ListField(child=serializers.CharField())
    refund_amount = MoneyField()
    points_amount = MoneyField()


class ReturnOutput(Output):
    """One visit in which a customer brought goods back."""

    number = serializers.CharField()
    order_number = serializers.CharField()
    store_code = serializers.CharField()
    received_at = serializers.DateTimeField()
    received_by = serializers.CharField()
    reason = serializers.CharField()
    refund_amount = MoneyField()
    lines = ReturnLineOutput(many=True)


class ScannedUnitOutput(Output):
    """A unit the customer has, known by its number."""

    sku = serializers.CharField(source="sku_code")
    number = serializers.CharField()


class ReturnableOutput(Output):
    """Units of an order line that may come back; of serialised goods, those that were
    scanned on their way out, of this and of other lines of the same article."""

    position = serializers.IntegerField()
    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_amount = MoneyField()
    is_serialised = serializers.BooleanField()
    serials = ScannedUnitOutput(many=True)


class ReturnViewSet(ApiViewSet):
    """Goods of an order that came back."""

    pagination_class = None
    principals = {
        "list": Access(
            clients="orders:read",
            staff="orders.return",
            devices=True,
            customers=True,
            guests=True,
        ),
        "returnable": Access(staff="orders.return", devices=True),
        "create": Access(staff="orders.return", devices=True),
    }

    @extend_schema(operation_id="returns_list", responses=ReturnOutput(many=True))
    def list(self, request: Request, number: str) -> Response:
        """What came back of an order, at any store."""
        self.refuse_unless(self._may_look(number))
        return self.answer(ReturnOutput, return_views(number), many=True)

    @extend_schema(operation_id="returns_returnable", responses=ReturnableOutput(many=True))
    def returnable(self, request: Request, number: str) -> Response:
        """What the customer has of an order, wherever it was bought, line by line."""
        self.refuse_unless(self._may_look(number))
        lines = returnable_lines(order_view(number))
        return self.answer(ReturnableOutput, lines, many=True)

    @extend_schema(
        operation_id="returns_create",
        request=ReturnInput,
        responses={201: ReturnOutput},
    )
    def create(self, request: Request, number: str) -> Response:
        """The customer brings goods back to this store."""
        given = self.read_body(ReturnInput)
        self.refuse_unless(self.principal.store is not None)
        self.about(f"order:{number}")
        lines = given.get("lines")
        record = return_order(
            order_number=number,
            store_code=self.principal.store or "",
            by=self.by,
            at=self.at,
            items=None if lines is None else [_item(line) for line in lines],
            reason=given.get("reason", ""),
        )
        shown = next(v for v in return_views(number) if v.number == record.number)
        return self.answer(ReturnOutput, shown, status=201)

    def _may_look(self, number: str) -> bool:
        """At the desk every order is at home: goods come back to any store."""
        if self.principal.kind in {PrincipalKind.STAFF, PrincipalKind.DEVICE}:
            return Order.objects.filter(number=number).exists()
        return may_see_order(self.principal, number)


def _item(line: dict[str, Any]) -> ReturnItem:
    return ReturnItem(**line | {"serials": tuple(line.get("serials", ()))})
