"""The REST door of tills: sales in batches, receipts to look up."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omniretail.kernel.api.clocks import DATE, clock_ahead
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.serializers import (
    Moment,
    MoneyField,
    Output,
    StrictSerializer,
    Text,
    Whole,
)
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits
from orders.till.operations import Outcome, record_sales
from orders.till.queries import find_receipts, last_sequence, missing_sequences
from orders.till.receipts import Sale, SoldLine

Lines = serializers.ListSerializer[Any]
MOST_SEQUENCE = 2**53 - 1
TENDERS = ("CASH", "CARD")


class SoldLineInput(StrictSerializer):
    """Units of one article, by its SKU or by its barcode, at the till's price; if the
    till scans serial numbers, those of the units."""

    sku = Text(max_length=64, required=False)
    gtin = Text(max_length=14, required=False)
    quantity = Whole(min_value=1, max_value=limits().receipt_quantity)
    unit_price = MoneyField(min_value=0)
    discount_amount = MoneyField(min_value=0, required=False)
    serials = serializers.ListField(
        child=Text(max_length=60), required=False, max_length=limits().line_serials
    )


class SaleInput(StrictSerializer):
    """One receipt."""

    sequence = Whole(min_value=1, max_value=MOST_SEQUENCE)
    receipt_number = Text(max_length=40)
    sold_at = Moment()
    tender = serializers.ChoiceField(choices=TENDERS)
    cashier = Text(max_length=32, required=False)
    customer = Text(max_length=40, required=False)
    total_amount = MoneyField(min_value=0)
    lines: Lines = serializers.ListSerializer(
        child=SoldLineInput(), min_length=1, max_length=limits().receipt_lines
    )


class SalesInput(StrictSerializer):
    """What a till sold since it last reached us."""

    device = Text(max_length=32, required=False)
    sales: Lines = serializers.ListSerializer(
        child=SaleInput(), min_length=1, max_length=limits().pos_batch_sales
    )

    def validate_sales(self, sales: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each sequence number at most once."""
        if len({sale["sequence"] for sale in sales}) < len(sales):
            raise serializers.ValidationError("repeated", code="repeated")
        return sales


class SaleAnswerOutput(Output):
    """What became of one sale."""

    sequence = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    order_number = serializers.CharField(allow_null=True)
    problem = serializers.DictField(allow_null=True)


class GapOutput(Output):
    """Sequence numbers that never landed, both ends included."""

    first = serializers.IntegerField()
    last = serializers.IntegerField()


class SalesOutput(Output):
    """What became of the batch, and what of this till is still missing."""

    device = serializers.CharField()
    last_sequence = serializers.IntegerField()
    missing = GapOutput(many=True)
    answers = SaleAnswerOutput(many=True)


class ReceiptQuery(StrictSerializer):
    """Which receipt."""

    receipt_number = Text(max_length=40)


class ReceiptOutput(Output):
    """A till receipt that became an order."""

    receipt_number = serializers.CharField()
    device_code = serializers.CharField()
    store_code = serializers.CharField()
    sequence = serializers.IntegerField()
    sold_at = serializers.DateTimeField()
    order_number = serializers.CharField()


class PosSaleViewSet(ApiViewSet):
    """What tills sold."""

    pagination_class = None
    principals = {
        "list": Access(clients="pos:write", staff="orders.return", devices=True),
        "create": Access(clients="pos:write", devices=True),
    }
    staged = frozenset({"create"})

    @extend_schema(
        operation_id="pos_sales_find",
        parameters=[ReceiptQuery],
        responses=ReceiptOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Sales printed under a receipt number, the latest first."""
        asked = self.read_query(ReceiptQuery)
        return self.answer(ReceiptOutput, find_receipts(**asked), many=True)

    @extend_schema(
        operation_id="pos_sales_record",
        parameters=[DATE],
        request=SalesInput,
        responses=SalesOutput,
    )
    def create(self, request: Request) -> Response:
        """Each sale lands once, or says why not; the rest goes on. It is how tills, and
        programs that speak for them, sell what is taken along.

        A sale may be told long after it was made. Where somebody has looked at the shelf
        since (a count, a figure with its moment), the level stays as it was seen.
        """
        given = self.read_body(SalesInput)
        device = self._device(given.get("device"))
        self.about(f"device:{device}")
        answers = record_sales(
            device_code=device,
            sales=[_sale(sale) for sale in given["sales"]],
            by=self.by,
            at=self.at,
            clock_ahead=clock_ahead(request, at=self.at),
        )
        found = {
            "device": device,
            "last_sequence": last_sequence(device),
            "missing": missing_sequences(device),
            "answers": answers,
        }
        return self.answer(SalesOutput, found)

    def _device(self, named: str | None) -> str:
        """A till speaks for itself; a machine says for which till."""
        if self.principal.kind is PrincipalKind.DEVICE:
            self.refuse_unless(named in (None, self.principal.key))
            return self.principal.key
        if not named:
            raise serializers.ValidationError({"device": ["required"]}, code="required")
        return named


def _sale(given: dict[str, Any]) -> Sale:
    lines = tuple(
        SoldLine(**line | {"serials": tuple(line.get("serials", ()))})
        for line in given["lines"]
    )
    return Sale(**{**given, "lines": lines})
