"""The frame every operation of the REST door runs in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from omniretail.kernel import clock
from omniretail.kernel.actors import Actor
from omniretail.kernel.afterwards import afterwards
from omniretail.kernel.api.foretold import Foretold
from omniretail.kernel.api.permissions import Access, NotForYou
from omniretail.kernel.api.principals import NOBODY, Principal
from omniretail.kernel.api.problems import BodyTooLarge, InvalidInput
from omniretail.kernel.api.query import OF_THE_PAGES, read_query
from omniretail.kernel.api.serializers import StrictSerializer, kept_use
from omniretail.kernel.api.text import BAD_CHARACTERS, is_clean
from omniretail.kernel.api.writes import KEY_HEADER, Write
from omniretail.kernel.limits import limits

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Handler = Callable[..., HttpResponseBase]


class ApiViewSet(GenericViewSet[Model]):
    """A noun of the REST door with its verbs.

    `principals` names for each action who may call it; an action without a row is closed.
    A write runs in one transaction together with its audit entry and its idempotency
    key. Actions in `staged` keep transactions of their own (a gateway is asked between
    them); `is_taken_over` says that an attempt under the same key died, maybe after it had
    done everything. The answers of actions in `secret` are not kept: they hold a token or
    a code.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    principals: ClassVar[Mapping[str, Access]] = {}
    staged: ClassVar[frozenset[str]] = frozenset()
    secret: ClassVar[frozenset[str]] = frozenset()
    body_bytes: ClassVar[int | None] = None
    ordering: ClassVar[tuple[str, ...]] = ("id",)

    at: datetime
    subject: str = ""
    is_taken_over: bool = False
    _later: list[Callable[[], object]]

    # ── what handlers use ────────────────────────────────────────────────────────

    @cached_property
    def principal(self) -> Principal:
        """Who asks."""
        found = self.request.auth
        return found if isinstance(found, Principal) else NOBODY

    @property
    def by(self) -> Actor:
        """Who asks, as operations know it."""
        return self.principal.actor

    def read_body(self, serializer: type[BaseSerializer[Any]], **options: Any) -> Any:
        """The validated body."""
        kept = None if options else kept_use(serializer)
        if kept is not None and type(self.request.data) is dict:
            return kept.run_validation(self.request.data)
        shape = serializer(data=self.request.data, **options)
        shape.is_valid(raise_exception=True)
        return shape.validated_data

    def read_query(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """The validated query string; `cursor` and `page_size` belong to the pages, where
        there are any."""
        beside = OF_THE_PAGES if self.pagination_class else ()
        return read_query(self.request.query_params, serializer, beside=beside)

    def page(
        self, rows: QuerySet[Any], output: type[BaseSerializer[Any]], **context: Any
    ) -> Response:
        """One page of rows in the view's `ordering`."""
        shown = self.paginate_queryset(rows)
        context = {**self.get_serializer_context(), **context}
        data = output(shown, many=True, context=context).data
        return self.get_paginated_response(data)

    def answer(
        self,
        output: type[BaseSerializer[Any]],
        value: Any,
        *,
        status: int = 200,
        many: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """A value printed, as an answer."""
        data = self.printed(output, value, many=many)
        return Response(data, status=status, headers=dict(headers or {}))

    def printed(
        self, output: type[BaseSerializer[Any]], value: Any, *, many: bool = False
    ) -> Any:
        """A value as it is answered."""
        kept = None if many else kept_use(output)
        if kept is not None:
            return kept.to_representation(value)
        return output(value, many=many, context=self.get_serializer_context()).data

    def foretell(self) -> Foretold | None:
        """The change this request makes and its answer, where both are known beforehand;
        the handler is for when it does not come about."""
        return None

    def about(self, subject: str) -> None:
        """Name what is being changed ("order:R-7K3M-92QX") for the audit trail."""
        self.subject = subject

    def refuse_unless(self, is_theirs: bool) -> None:
        """Foreign means absent."""
        if not is_theirs:
            raise Http404

    def afterwards(self, call: Callable[[], object]) -> None:
        """Call once the answer is out, whatever it says; a failure is only logged."""
        self._later.append(call)

    # ── the frame ────────────────────────────────────────────────────────────────

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.at = clock.now()
        self._later = []
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            self.initial(self.request, *args, **kwargs)
            handler = self._handler()
            if self.request.method in SAFE:
                response: HttpResponseBase = handler(self.request, *args, **kwargs)
            else:
                response = Write(
                    self, partial(handler, self.request, *args, **kwargs)
                ).answer()
        except Exception as error:  # noqa: BLE001 - every failure becomes a problem
            response = self.handle_exception(error)
        self.response = self.finalize_response(self.request, response, *args, **kwargs)  # type: ignore[arg-type]
        for call in self._later:
            afterwards(self.response, call)
        return self.response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not all(is_clean(str(value)) for value in kwargs.values()):
            raise Http404
        super().initial(request, *args, **kwargs)
        _refuse_large_body(request, self.body_bytes or limits().body_bytes)
        _refuse_odd_query(request)

    def _handler(self) -> Handler:
        method = (self.request.method or "").lower()
        name = method if method in self.http_method_names else "http_method_not_allowed"
        handler: Handler = getattr(self, name, self.http_method_not_allowed)
        return handler

    @property
    def operation(self) -> str:
        """What is being done, as the audit trail calls it: "orders.cancel"."""
        return f"{self.basename}.{self.action}"


def _refuse_large_body(request: Request, most: int) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > most:
        raise BodyTooLarge


def _refuse_odd_query(request: Request) -> None:
    for name in request.query_params:
        values = [name, *request.query_params.getlist(name)]
        if not all(is_clean(value) for value in values):
            raise InvalidInput({("query",): [BAD_CHARACTERS]}, where="parameter")


__all__ = ["KEY_HEADER", "Access", "ApiViewSet", "NotForYou"]
