"""REST door: what is where, how it came to be so, corrections, and moves in the place."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.stock.api.shapes import LevelOutput, MovedOutput, MovementOutput
from inventory.stock.models import SHELVES, StockLevel
from inventory.stock.operations import (
    WAYS,
    Adjustment,
    MoveReason,
    Placement,
    adjust_levels,
    move_units,
)
from inventory.stock.queries import levels, line_of, statement_rows
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.serializers import (
    Moment,
    Output,
    StrictSerializer,
    Text,
    Whole,
)
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits
from stores.network.queries import get_store

_SOURCES = [str(bucket) for bucket in SHELVES]


class LevelQuery(StrictSerializer):
    """The levels of one place; all of them, or of these SKUs."""

    store = Text(max_length=32)
    sku = serializers.ListField(
        child=Text(max_length=60), required=False, max_length=limits().availability_skus
    )


class LevelListOutput(Output):
    """The levels after the change, in the order of the lines."""

    items = LevelOutput(many=True)


class LevelLineInput(StrictSerializer):
    """What is on hand, or by how much it changes; and the safety stock, if that changes.
    With `seen`, the line is refused unless that is still what is on hand."""

    store = Text(max_length=32)
    sku = Text(max_length=60)
    on_hand = Whole(max_value=1_000_000, required=False)
    delta = Whole(min_value=-1_000_000, max_value=1_000_000, required=False)
    safety_stock = Whole(max_value=1_000_000, required=False)
    seen = Whole(max_value=1_000_000, required=False)


class AdjustInput(StrictSerializer):
    """Corrections: all of them, or none."""

    reason = Text(max_length=200)
    lines = serializers.ListField(
        child=LevelLineInput(), min_length=1, max_length=limits().stock_lines
    )


class MoveLineInput(StrictSerializer):
    """Units of a SKU, from one bucket of the place to another; of a serialised SKU, which
    ones. `SHRINKAGE` writes off what was set aside."""

    sku = Text(max_length=60)
    quantity = Whole(min_value=1, max_value=1_000_000)
    source = serializers.ChoiceField(choices=_SOURCES)  # type: ignore[assignment]
    target = serializers.ChoiceField(choices=[str(bucket) for bucket in WAYS])
    serials = serializers.ListField(
        child=Text(max_length=60), required=False, max_length=limits().line_serials
    )


class MoveInput(StrictSerializer):
    """Moves within one place: all of them, or none. With a `reference` of the caller's own
    the same move is made once, however often it is told."""

    store = Text(max_length=32)
    reason = serializers.ChoiceField(choices=MoveReason.choices)
    reference = Text(max_length=100, required=False)
    observed_at = Moment(
        required=False, help_text="When it was done, if it is told later: offline tablets."
    )
    lines = serializers.ListField(
        child=MoveLineInput(), min_length=1, max_length=limits().stock_lines
    )


class StatementQuery(StrictSerializer):
    """As of a moment; without one, up to now."""

    at = Moment(required=False, help_text="What was observed later is left out.")


class StockLevelViewSet(ApiViewSet):
    """What is where."""

    principals = {
        "list": Access(clients="stock:read", staff="stock.look", devices=True),
        "adjust": Access(clients="stock:write", staff="stock.adjust"),
        "move": Access(clients="stock:write", staff="stock.move"),
        "statement": Access(clients="stock:read", staff="stock.look"),
    }

    @extend_schema(
        operation_id="stock_levels_list",
        parameters=[LevelQuery],
        responses=LevelOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """The levels of one place."""
        asked = self.read_query(LevelQuery)
        place = get_store(asked["store"])
        rows = StockLevel.objects.filter(store_id=place.id).select_related("sku")
        if "sku" in asked:
            rows = rows.filter(sku__code__in=asked["sku"])
        codes = [row.sku.code for row in self.paginate_queryset(rows) or []]
        views = levels(place.code, codes)
        data = LevelOutput([views[code] for code in codes], many=True).data
        return self.get_paginated_response(data)

    @extend_schema(
        operation_id="stock_levels_adjust", request=AdjustInput, responses=LevelListOutput
    )
    @action(detail=False, methods=["post"])
    def adjust(self, request: Request) -> Response:
        """Correct levels to what is there, or by some units."""
        given = self.read_body(AdjustInput)
        lines = [_adjustment(line) for line in given["lines"]]
        if self.principal.kind is PrincipalKind.STAFF and any(
            line.store_code != self.principal.store for line in lines
        ):
            raise Http404
        self.about(f"stock:{lines[0].store_code}")
        views = adjust_levels(
            adjustments=lines, reason=given["reason"], by=self.by, at=self.at
        )
        return self.answer(LevelListOutput, {"items": views})

    @extend_schema(
        operation_id="stock_levels_move", request=MoveInput, responses=MovedOutput
    )
    @action(detail=False, methods=["post"])
    def move(self, request: Request) -> Response:
        """Move units on show, aside, or back to where they are sold from."""
        given = self.read_body(MoveInput)
        if self.principal.kind is PrincipalKind.STAFF:
            self.refuse_unless(given["store"] == self.principal.store)
        self.about(f"stock:{given['store']}")
        moved = move_units(
            store_code=given["store"],
            lines=[
                Placement(
                    line["sku"],
                    line["quantity"],
                    line["source"],
                    line["target"],
                    tuple(line.get("serials", ())),
                )
                for line in given["lines"]
            ],
            reason=given["reason"],
            reference=given.get("reference"),
            observed_at=given.get("observed_at"),
            by=self.by,
            at=self.at,
        )
        return self.answer(MovedOutput, moved)

    @extend_schema(
        operation_id="stock_levels_statement",
        parameters=[StatementQuery],
        responses=MovementOutput(many=True),
    )
    @action(
        detail=False,
        methods=["get"],
        url_path=r"(?P<store>[^/]+)/(?P<sku>.+)/statement",
        ordering=("-at", "-id"),
    )
    def statement(self, request: Request, store: str, sku: str) -> Response:
        """The movements of one level, the newest first, each with the balance after it."""
        asked = self.read_query(StatementQuery)
        known = get_store(store).code
        if not sku_ids([sku]):
            raise SkuNotFound(sku=sku)
        rows = statement_rows(known, sku, until=asked.get("at"))
        lines = [line_of(row) for row in self.paginate_queryset(rows) or []]
        return self.get_paginated_response(MovementOutput(lines, many=True).data)


def _adjustment(line: dict[str, Any]) -> Adjustment:
    return Adjustment(
        store_code=line["store"],
        sku_code=line["sku"],
        on_hand=line.get("on_hand"),
        delta=line.get("delta"),
        safety_stock=line.get("safety_stock"),
        seen=line.get("seen"),
    )
