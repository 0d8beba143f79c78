"""REST door: how true the levels are."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.counts.api.shapes import AccuracyListOutput, AccuracyQuery
from inventory.counts.queries import AccuracyRow, accuracy_by_store
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.views import ApiViewSet


class AccuracyViewSet(ApiViewSet):
    """How true the levels are."""

    principals = {"list": Access(clients="counts:read", staff="counts.approve")}

    @extend_schema(
        operation_id="count_accuracy_list",
        parameters=[AccuracyQuery],
        responses=AccuracyListOutput,
    )
    def list(self, request: Request) -> Response:
        """Inventory accuracy by lines, units and value, of each place with approved counts
        in the period; an employee sees the own place."""
        asked = self.read_query(AccuracyQuery)
        own = self.principal.store
        if own is not None and asked.setdefault("store", own) != own:
            raise Http404
        rows = accuracy_by_store(
            starts_at=asked["starts_at"],
            ends_at=asked["ends_at"],
            store_code=asked.get("store"),
        )
        return self.answer(AccuracyListOutput, {"items": [_accuracy(row) for row in rows]})


def _accuracy(row: AccuracyRow) -> dict[str, object]:
    found = row.accuracy
    return {
        "store": row.store_code,
        "currency": row.currency,
        "counts": row.counts,
        "articles": found.articles,
        "exact_articles": found.exact,
        "expected_units": found.expected_units,
        "units_off": found.units_off,
        "net_units": found.net_units,
        "expected_amount": found.expected_value,
        "amount_off": found.value_off,
        "net_amount": found.net_value,
        "line_accuracy": found.lines,
        "unit_accuracy": found.units,
        "value_accuracy": found.value,
    }
