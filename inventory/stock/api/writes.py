"""REST door: levels as another system tells them, ten thousand at a time."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.stock.operations import StockWrite, WriteMode, WriteOutcome, write_stock
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import (
    Moment,
    Output,
    StrictSerializer,
    Text,
    Whole,
)
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits

_MODES = [(str(mode), str(mode)) for mode in WriteMode]
_OUTCOMES = [(str(outcome), str(outcome)) for outcome in WriteOutcome]


class StockWriteRowInput(StrictSerializer):
    """One level. `absolute`: so many units were there at `observed_at`; what came and went
    since is added. `delta`: so many more, or fewer. `compare-and-set`: so many instead of
    those `expected`, or none of it."""

    key = Text(max_length=100, help_text="The caller's own name for the row.")
    store = Text(max_length=32)
    sku = Text(max_length=60)
    mode = serializers.ChoiceField(choices=_MODES)
    units = Whole(min_value=-1_000_000, max_value=1_000_000)
    expected = Whole(max_value=1_000_000, required=False)
    observed_at = Moment(
        required=False, help_text="Of an absolute row; else that of the request."
    )


class StockWritesInput(StrictSerializer):
    """Rows that land each by itself. Under the same `reference` a row that was written is
    not written again, whatever request brings it."""

    reference = Text(max_length=100)
    reason = Text(max_length=200, required=False, default="")
    observed_at = Moment(
        required=False, help_text="When absolute rows were seen that do not say so."
    )
    rows = serializers.ListField(
        child=StockWriteRowInput(), min_length=1, max_length=limits().batch_rows
    )


class WriteProblemOutput(Output):
    """Why a row was refused; further members are facts of the refusal."""

    code = serializers.CharField()
    title = serializers.CharField()
    field = serializers.CharField(required=False)


class StockWriteOutput(Output):
    """What became of one row, and what the level says now."""

    key = serializers.CharField()
    outcome = serializers.ChoiceField(choices=_OUTCOMES)
    is_repeated = serializers.BooleanField()
    on_hand = serializers.IntegerField(allow_null=True)
    reserved = serializers.IntegerField(allow_null=True)
    problem = serializers.SerializerMethodField()

    @extend_schema_field(WriteProblemOutput(allow_null=True))
    def get_problem(self, result: Any) -> dict[str, str] | None:
        return dict(result.problem) or None


class StockWritesOutput(Output):
    """How many rows were applied, unchanged and refused; and each, in their order."""

    applied = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = StockWriteOutput(many=True)


class StockWriteViewSet(ApiViewSet):
    """What another system says of levels."""

    principals = {"create": Access(clients="stock:write")}
    staged = frozenset({"create"})
    body_bytes = limits().feed_body_bytes

    @extend_schema(
        operation_id="stock_writes",
        request=StockWritesInput,
        responses={200: StockWritesOutput},
    )
    def create(self, request: Request) -> Response:
        """Write up to ten thousand levels: absolute, by some units, or compare-and-set.
        Good rows land beside refused ones; unchanged rows write nothing."""
        given = self.read_body(StockWritesInput)
        self.about(f"stock:{given['reference']}")
        results = write_stock(
            rows=[_row(row, given.get("observed_at")) for row in given["rows"]],
            reference=given["reference"],
            reason=given["reason"],
            by=self.by,
            at=self.at,
        )
        counts = {
            str(outcome): sum(one.outcome is outcome for one in results)
            for outcome in WriteOutcome
        }
        return self.answer(StockWritesOutput, {**counts, "rows": results})


def _row(row: dict[str, Any], observed_at: Any) -> StockWrite:
    mode = WriteMode(row["mode"])
    seen = row.get("observed_at", observed_at if mode is WriteMode.ABSOLUTE else None)
    return StockWrite(
        key=row["key"],
        store_code=row["store"],
        sku_code=row["sku"],
        mode=mode,
        units=row["units"],
        expected=row.get("expected"),
        observed_at=seen,
    )
