"""Pages by cursor: a row is never skipped or shown twice because others came or went."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from omniretail.kernel.api.problems import InvalidInput
from omniretail.kernel.api.text import is_clean
from omniretail.kernel.limits import limits

if TYPE_CHECKING:
    from rest_framework.views import APIView


_LONGEST_CURSOR = 1000


class CursorPage(BasePagination):
    """Rows in an order whose last key is unique; the cursor names the last row shown.

    A view says `ordering = ("-placed_at", "-id")`; the tail must be unique.
    """

    ordering: tuple[str, ...] = ("id",)

    def paginate_queryset(
        self, queryset: Any, request: Request, view: "APIView | None" = None
    ) -> list[Any]:
        self.ordering = tuple(getattr(view, "ordering", self.ordering))
        self.size = _size(request)
        rows = queryset.order_by(*self.ordering)
        if position := request.query_params.get("cursor"):
            rows = rows.filter(_after(queryset.model, self.ordering, _decode(position)))
        found = list(rows[: self.size + 1])
        self.more = len(found) > self.size
        self.shown = found[: self.size]
        return self.shown

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"items": data, "next": self._next()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": schema,
                "next": {
                    "type": ["string", "null"],
                    "description": "Cursor of the next page.",
                },
            },
        }

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "The `next` of the page before.",
                "schema": {"type": "string", "maxLength": _LONGEST_CURSOR},
            },
            {
                "name": "page_size",
                "in": "query",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": limits().page_size_most,
                    "default": limits().page_size,
                },
            },
        ]

    def _next(self) -> str | None:
        if not self.more:
            return None
        last = self.shown[-1]
        return _encode([_value(last, name.lstrip("-")) for name in self.ordering])


def _size(request: Request) -> int:
    given = request.query_params.get("page_size")
    if given is None:
        return limits().page_size
    most = limits().page_size_most
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= most:
        message = _("Between 1 and %(most)s.") % {"most": most}
        raise InvalidInput({("page_size",): [message]}, where="parameter")
    return int(given)


def _value(row: Any, name: str) -> str | None:
    field = row._meta.get_field(name)
    value = getattr(row, field.attname)
    return None if value is None else str(field.value_to_string(row))


def _encode(values: Sequence[str | None]) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> list[str]:
    try:
        if len(cursor) > _LONGEST_CURSOR or not cursor.isascii():
            raise ValueError(cursor)
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(values, list):
            raise TypeError(cursor)
        if not all(isinstance(value, str) and is_clean(value) for value in values):
            raise TypeError(cursor)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise _bad_cursor() from error
    return values


def _after(model: type[Model], ordering: Sequence[str], values: list[str]) -> Q:
    """Rows behind the position: (a, b) > (x, y) spelled out, as directions may differ."""
    if len(values) != len(ordering):
        raise _bad_cursor()
    condition, equal = Q(), Q()
    for key, text in zip(ordering, values, strict=True):
        name = key.lstrip("-")
        value = _typed(model, name, text)
        side = "lt" if key.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{side}": value})
        equal &= Q(**{name: value})
    return condition


def _typed(model: type[Model], name: str, text: str) -> Any:
    try:
        field = model._meta.get_field(name)
        return field.to_python(text)  # type: ignore[union-attr]
    except (ValidationError, FieldDoesNotExist, OverflowError) as error:
        raise _bad_cursor() from error


def _bad_cursor() -> InvalidInput:
    message = _("This cursor does not come from this list.")
    return InvalidInput({("cursor",): [message]}, where="parameter")
