"""The frame every operation of the REST door runs in."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.viewsets import GenericViewSet

from omniretail.kernel import audit, clock, idempotency
from omniretail.kernel.actors import Actor
from omniretail.kernel.api.permissions import Access, NotForYou
from omniretail.kernel.api.principals import NOBODY, Principal
from omniretail.kernel.api.problems import CONTENT_TYPE, BodyTooLarge, InvalidInput
from omniretail.kernel.api.query import read_query
from omniretail.kernel.api.serializers import StrictSerializer
from omniretail.kernel.api.text import BAD_CHARACTERS, is_clean
from omniretail.kernel.limits import limits

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
KEY_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Location", "ETag")

Handler = Callable[..., HttpResponseBase]


class Undo(Exception):
    """Carries an answer out of a transaction that must be rolled back."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response
        super().__init__()


class ApiViewSet(GenericViewSet[Model]):
    """A noun of the REST door with its verbs.

    `principals` names for each action who may call it; an action without a row is closed.
    A write runs in one transaction together with its audit entry and its idempotency
    key. Actions in `staged` keep transactions of their own (a gateway is asked between
    them). The answers of actions in `secret` are not kept: they hold a token or a code.
    """

    principals: ClassVar[Mapping[str, Access]] = {}
    staged: ClassVar[frozenset[str]] = frozenset()
    secret: ClassVar[frozenset[str]] = frozenset()
    body_bytes: ClassVar[int | None] = None
    ordering: ClassVar[tuple[str, ...]] = ("id",)

    at: datetime
    subject: str = ""

    # ── what handlers use ────────────────────────────────────────────────────────

    @property
    def principal(self) -> Principal:
        """Who asks."""
        return self.request.auth if isinstance(self.request.auth, Principal) else NOBODY

    @property
    def by(self) -> Actor:
        """Who asks, as operations know it."""
        return self.principal.actor

    def read_body(self, serializer: type[BaseSerializer[Any]], **options: Any) -> Any:
        """The validated body."""
        shape = serializer(data=self.request.data, **options)
        shape.is_valid(raise_exception=True)
        return shape.validated_data

    def read_query(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """The validated query string; `cursor` and `page_size` belong to the pages."""
        return read_query(self.request.query_params, serializer)

    def page(
        self, rows: QuerySet[Any], output: type[BaseSerializer[Any]], **context: Any
    ) -> Response:
        """One page of rows in the view's `ordering`."""
        shown = self.paginate_queryset(rows)
        data = output(
            shown, many=True, context=self.get_serializer_context() | context
        ).data
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
        """A value printed."""
        data = output(value, many=many, context=self.get_serializer_context()).data
        return Response(data, status=status, headers=dict(headers or {}))

    def about(self, subject: str) -> None:
        """Name what is being changed ("order:R-7K3M-92QX") for the audit trail."""
        self.subject = subject

    def refuse_unless(self, is_theirs: bool) -> None:
        """Foreign means absent."""
        if not is_theirs:
            raise Http404

    # ── the frame ────────────────────────────────────────────────────────────────

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.at = clock.now()
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            self.initial(self.request, *args, **kwargs)
            handler = self._handler()
            if self.request.method in SAFE:
                response: HttpResponseBase = handler(self.request, *args, **kwargs)
            else:
                response = self._write(handler)
        except Exception as error:  # noqa: BLE001 - every failure becomes a problem
            response = self.handle_exception(error)
        self.response = self.finalize_response(self.request, response, *args, **kwargs)  # type: ignore[arg-type]
        return self.response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not all(is_clean(str(value)) for value in kwargs.values()):
            raise Http404
        super().initial(request, *args, **kwargs)
        _refuse_large_body(request, self.body_bytes or limits().body_bytes)
        _refuse_odd_query(request)

    def _handler(self) -> Handler:
        method = (self.request.method or "").lower()
        handler: Handler = getattr(self, method, self.http_method_not_allowed)
        return handler

    def _write(self, handler: Handler) -> HttpResponseBase:
        key = self._key()
        try:
            if key is None:
                with transaction.atomic():
                    return self._kept_or_undone(self._once(handler))
            if self.action in self.staged:
                return self._write_staged(handler, self._asked(key))
            with transaction.atomic():
                return self._write_once(handler, self._asked(key))
        except Undo as undo:
            return undo.response

    def _write_once(self, handler: Handler, asked: idempotency.Request) -> HttpResponseBase:
        claim = idempotency.claim(asked)
        if claim.answer is not None:
            return _replay(claim.answer)
        response = self._once(handler)
        answer = self._answer(response)
        if not answer.is_kept:
            raise Undo(response)
        idempotency.settle(claim, answer, at=self.at)
        return response

    def _write_staged(
        self, handler: Handler, asked: idempotency.Request
    ) -> HttpResponseBase:
        claim = idempotency.claim_staged(asked)
        if claim.answer is not None:
            return _replay(claim.answer)
        try:
            response = handler(self.request, *self.args, **self.kwargs)
        except Exception as error:  # noqa: BLE001 - every failure becomes a problem
            response = self.handle_exception(error)
        answer = self._answer(response)
        if not answer.is_kept:
            idempotency.give_up(claim)
            return response
        with transaction.atomic():
            self._record(response)
            idempotency.settle(claim, answer, at=self.at)
        return response

    def _once(self, handler: Handler) -> HttpResponseBase:
        """Carry out and record; a refusal undoes what the operation did before it."""
        try:
            with transaction.atomic():
                response = handler(self.request, *self.args, **self.kwargs)
                self._record(response)
        except Exception as error:  # noqa: BLE001 - every failure becomes a problem
            return self.handle_exception(error)
        return response

    def _kept_or_undone(self, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code >= 400:
            raise Undo(response)
        return response

    def _record(self, response: HttpResponseBase) -> None:
        if response.status_code >= 400:
            return
        names = ":".join(str(value) for value in self.kwargs.values())
        detail = {
            "method": self.request.method,
            "status": response.status_code,
            "principal": self.principal.reference,
        }
        if key := self.request.headers.get(KEY_HEADER):
            detail["key"] = key
        audit.record(
            actor=self.by,
            action=self.operation,
            subject=(self.subject or f"{self.basename}:{names}")[:150],
            at=self.at,
            detail=detail,
        )

    @property
    def operation(self) -> str:
        """What is being done, as the audit trail calls it: "orders.cancel"."""
        return f"{self.basename}.{self.action}"

    # ── idempotency ──────────────────────────────────────────────────────────────

    def _key(self) -> str | None:
        key = self.request.headers.get(KEY_HEADER)
        if key is None:
            if self.request.method == "POST":
                message = _("Every POST carries a key of the caller's choice.")
                raise InvalidInput({(KEY_HEADER,): [message]}, where="header")
            return None
        if not _KEY.fullmatch(key):
            message = _("1 to 255 visible ASCII characters.")
            raise InvalidInput({(KEY_HEADER,): [message]}, where="header")
        return key

    def _asked(self, key: str) -> idempotency.Request:
        request = self.request
        return idempotency.Request(
            principal=self.principal.reference,
            key=key,
            operation=self.operation,
            content=idempotency.content_of(
                request.method or "", request.get_full_path(), request.data
            ),
        )

    def _answer(self, response: HttpResponseBase) -> idempotency.Answer:
        body: str | None = _body(response)
        if self.action in self.secret and response.status_code < 400:
            body = None
        headers = {
            name: response.headers[name]
            for name in _KEPT_HEADERS
            if name in response.headers
        }
        return idempotency.Answer(response.status_code, body, headers)


def _body(response: HttpResponseBase) -> str:
    if isinstance(response, Response):
        if response.data is None:
            return ""
        return json.dumps(response.data, cls=JSONEncoder, ensure_ascii=False)
    if isinstance(response, HttpResponse):
        return response.content.decode()
    raise TypeError("a streamed answer cannot be kept")


def _replay(answer: idempotency.Answer) -> HttpResponse:
    content_type = "application/json" if answer.status < 400 else CONTENT_TYPE
    response = HttpResponse(
        answer.body or "", status=answer.status, content_type=content_type
    )
    for name, value in answer.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _refuse_large_body(request: Request, most: int) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > most:
        raise BodyTooLarge


def _refuse_odd_query(request: Request) -> None:
    for name in request.query_params:
        values = [name, *request.query_params.getlist(name)]
        if not all(is_clean(value) for value in values):
            raise InvalidInput({("query",): [BAD_CHARACTERS]}, where="parameter")


__all__ = ["Access", "ApiViewSet", "NotForYou"]
