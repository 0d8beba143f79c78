"""REST door: counts of what is on the shelves."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.counts import operations
from inventory.counts.api.shapes import (
    NUMBER,
    CallOffInput,
    CountOutput,
    CountQuery,
    CountVerbInput,
    EntriesInput,
    OpenInput,
    RecountInput,
)
from inventory.counts.models import CountSession
from inventory.counts.queries import CountView, count_view, count_views
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.views import ApiViewSet
from stores.people.queries import may
from stores.people.roles import COUNTS_APPROVE

READERS = Access(clients="counts:read", staff="counts.count")
COUNTERS = Access(clients="counts:write", staff="counts.count")
APPROVERS = Access(clients="counts:write", staff="counts.approve")


class CountViewSet(ApiViewSet):
    """Counts: opened, counted blind, counted again, approved."""

    lookup_field = "number"
    lookup_value_regex = NUMBER
    ordering = ("-opened_at", "-id")
    principals = {
        "list": READERS,
        "retrieve": READERS,
        "create": COUNTERS,
        "count": COUNTERS,
        "finish": COUNTERS,
        "recount": APPROVERS,
        "approve": APPROVERS,
        "cancel": COUNTERS,
    }

    @extend_schema(
        operation_id="counts_list",
        parameters=[CountQuery],
        responses=CountOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Counts, the newest first; an employee sees those of the own place."""
        asked = self.read_query(CountQuery)
        names = {"store": "store__code", "status": "status", "kind": "kind"}
        rows = CountSession.objects.filter(**{names[key]: asked[key] for key in asked})
        if self.principal.store is not None:
            rows = rows.at_place(self.principal.store)
        page = self.paginate_queryset(rows.select_related("store")) or []
        views = [self._seen(view) for view in count_views(page)]
        return self.get_paginated_response(CountOutput(views, many=True).data)

    @extend_schema(operation_id="counts_retrieve", responses=CountOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """One count."""
        return self._shown(number)

    @extend_schema(
        operation_id="counts_open", request=OpenInput, responses={201: CountOutput}
    )
    def create(self, request: Request) -> Response:
        """Begin to count a zone, or articles that are named."""
        given = self.read_body(OpenInput)
        number = operations.open_count(
            store_code=given["store"],
            zone=given.get("zone", ""),
            sku_codes=given.get("skus", ()),
            by=self.by,
            at=self.at,
        )
        self.about(f"count:{number}")
        return self._shown(number, status=201)

    @extend_schema(operation_id="counts_count", request=EntriesInput, responses=CountOutput)
    @action(detail=True, methods=["post"])
    def count(self, request: Request, number: str) -> Response:
        """Say what was seen on the shelf."""
        given = self.read_body(EntriesInput)
        entries = [
            operations.Entry(
                line["code"],
                line["quantity"],
                line["is_total"],
                line.get("key", ""),
                line.get("seen_at"),
            )
            for line in given["lines"]
        ]
        operations.count_items(number=number, entries=entries, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="counts_finish", request=CountVerbInput, responses=CountOutput
    )
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, number: str) -> Response:
        """Everything of this round is counted. What is off is counted again; what is
        right needs no approval."""
        self.read_body(CountVerbInput)
        operations.finish_count(number=number, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="counts_recount", request=RecountInput, responses=CountOutput
    )
    @action(detail=True, methods=["post"])
    def recount(self, request: Request, number: str) -> Response:
        """Have articles counted once more before approving."""
        given = self.read_body(RecountInput)
        operations.recount(
            number=number, sku_codes=given.get("skus"), **self._acting(number)
        )
        return self._shown(number)

    @extend_schema(
        operation_id="counts_approve", request=CountVerbInput, responses=CountOutput
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:
        """Put the levels right by what was missing or found when it was counted."""
        self.read_body(CountVerbInput)
        operations.approve_count(number=number, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="counts_cancel", request=CallOffInput, responses=CountOutput
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        """Forget what was counted; no level changes."""
        given = self.read_body(CallOffInput)
        operations.cancel_count(
            number=number, reason=given["reason"], **self._acting(number)
        )
        return self._shown(number)

    def _acting(self, number: str) -> dict[str, Any]:
        self.about(f"count:{number}")
        return {"by": self.by, "at": self.at}

    def _shown(self, number: str, *, status: int = 200) -> Response:
        view = count_view(number, store_code=self.principal.store)
        return self.answer(CountOutput, self._seen(view), status=status)

    def _seen(self, view: CountView) -> CountView:
        """Who counts is not told what should be there; and nobody is while it is
        counted."""
        is_trusted = self.principal.kind is not PrincipalKind.STAFF or may(
            self.by, COUNTS_APPROVE, view.store_code, self.at
        )
        return view if is_trusted and not view.is_blind else view.blind()
