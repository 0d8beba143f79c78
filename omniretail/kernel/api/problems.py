"""Every refusal of the REST door as one RFC 9457 problem."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg import errors as pg
from rest_framework import exceptions as drf
from rest_framework.exceptions import APIException

from omniretail.kernel.errors import DomainError, Kind, from_integrity

CONTENT_TYPE = "application/problem+json"
STATUSES = {
    Kind.MISSING: 404,
    Kind.FORBIDDEN: 403,
    Kind.CONFLICT: 409,
    Kind.RULE: 422,
    Kind.BUSY: 503,
}
RETRY_AFTER = 1
_RESERVED = {"type", "title", "status", "code", "detail", "errors"}

log = structlog.get_logger(__name__)
Path = tuple[str, ...]


class InvalidInput(APIException):
    """The request does not have the shape this operation asks for.

    `found` says what is wrong at which path of the body; `where` is "pointer" for the
    body, "parameter" for the query string, "header" for a header.
    """

    status_code = 400
    default_code = "invalid_input"

    def __init__(self, found: Mapping[Path, Sequence[Any]], where: str = "pointer") -> None:
        self.found = found
        self.where = where
        super().__init__()


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = _("The body is larger than this operation takes.")
    default_code = "body_too_large"


class PreconditionFailed(APIException):
    status_code = 412
    default_detail = _("Somebody changed this in the meantime. Read it again.")
    default_code = "precondition_failed"


class PreconditionRequired(APIException):
    status_code = 428
    default_detail = _("Say with If-Match which version you are changing.")
    default_code = "precondition_required"


class Encoder(DjangoJSONEncoder):
    """Facts of a refusal may be any value; what JSON has no word for becomes text."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


@dataclass(frozen=True)
class Problem:
    """What goes over the wire."""

    status: int
    code: str
    title: str
    members: Mapping[str, object] = field(default_factory=dict)
    errors: Sequence[Mapping[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """The problem as JSON members."""
        document: dict[str, object] = {
            "type": f"urn:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
        }
        for name, value in self.members.items():
            document[f"{name}_" if name in _RESERVED else name] = value
        if self.errors:
            document["errors"] = list(self.errors)
        return document

    def response(self) -> HttpResponse:
        return JsonResponse(
            self.document(),
            encoder=Encoder,
            status=self.status,
            content_type=CONTENT_TYPE,
            headers=dict(self.headers),
            json_dumps_params={"ensure_ascii": False},
        )


def problem_of(exception: Exception) -> Problem:
    """The problem an exception stands for; what nobody foresaw is a bare 500."""
    for translate in (_from_domain, _from_input, _from_framework, _from_database):
        problem = translate(exception)
        if problem is not None:
            return problem
    log.error("unforeseen", exc_info=exception)
    return Problem(500, "internal_error", gettext("Something went wrong on our side."))


def _from_domain(exception: Exception) -> Problem | None:
    if not isinstance(exception, DomainError):
        return None
    found: tuple[dict[str, str], ...] = ()
    if exception.field is not None:
        path = tuple(str(exception.field).split("/"))
        found = (_entry(path, exception.code, exception.title, "pointer"),)
    is_busy = exception.kind is Kind.BUSY
    return Problem(
        status=STATUSES[exception.kind],
        code=exception.code,
        title=exception.title,
        members=exception.facts,
        errors=found,
        headers={"Retry-After": str(RETRY_AFTER)} if is_busy else {},
    )


def _from_input(exception: Exception) -> Problem | None:
    if isinstance(exception, drf.ValidationError):
        exception = InvalidInput(dict(flatten(exception.detail)))
    if not isinstance(exception, InvalidInput):
        return None
    entries = [
        _entry(path, getattr(message, "code", "invalid"), str(message), exception.where)
        for path, messages in exception.found.items()
        for message in messages
    ]
    return Problem(
        400, "invalid_input", gettext("The request is not valid."), errors=entries
    )


def _from_framework(exception: Exception) -> Problem | None:
    if isinstance(exception, Http404):
        exception = drf.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = drf.PermissionDenied()
    elif isinstance(exception, RequestDataTooBig):
        exception = BodyTooLarge()
    elif isinstance(exception, SuspiciousOperation):  # a thousand parameters, say
        return Problem(400, "bad_request", gettext("The request is not valid."))
    if not isinstance(exception, APIException):
        return None
    headers = {}
    if challenge := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exception, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return Problem(
        exception.status_code,
        str(getattr(exception.detail, "code", exception.default_code)),
        str(exception.detail),
        headers=headers,
    )


def _from_database(exception: Exception) -> Problem | None:
    if isinstance(exception, IntegrityError):
        refusal = from_integrity(exception)
        if refusal is not None:
            return _from_domain(refusal)
        log.error("constraint", exc_info=exception)
        return Problem(
            409, "conflict", gettext("This contradicts what is already recorded.")
        )
    if isinstance(exception, DataError):
        log.error("data", exc_info=exception)
        return Problem(400, "invalid_input", gettext("The request is not valid."))
    return from_outage(exception)


def from_outage(exception: Exception) -> Problem | None:
    """What to answer when the database is away or busy, whoever asked it; else nothing."""
    if not isinstance(exception, OperationalError | InterfaceError):
        return None
    if isinstance(exception.__cause__, pg.LockNotAvailable | pg.DeadlockDetected):
        title = gettext("Somebody else is working on this. Try again in a moment.")
        return Problem(503, "busy", title, headers={"Retry-After": str(RETRY_AFTER)})
    log.error("database", exc_info=exception)
    title = gettext("The service is out of reach for a moment. Try again.")
    return Problem(503, "unavailable", title, headers={"Retry-After": "5"})


def flatten(detail: Any, path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    """DRF's nested complaints as (path, messages)."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            name = str(key)
            yield from flatten(inner, path if name == "non_field_errors" else (*path, name))
    elif isinstance(detail, list | tuple):
        plain = [item for item in detail if not isinstance(item, Mapping | list | tuple)]
        if plain:
            yield path, plain
        for position, item in enumerate(detail):
            if isinstance(item, Mapping | list | tuple):
                yield from flatten(item, (*path, str(position)))
    else:
        yield path, [detail]


def pointer(path: Path) -> str:
    """A path as a JSON pointer in a URI fragment: ("lines", "0") is "#/lines/0"."""
    escaped = (part.replace("~", "~0").replace("/", "~1") for part in path)
    return "#" + "".join(f"/{part}" for part in escaped)


def _entry(path: Path, code: str, detail: str, where: str) -> dict[str, str]:
    place = pointer(path) if where == "pointer" else ".".join(path)
    return {where: place, "code": str(code), "detail": detail}


def handle(exception: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's exception handler."""
    del context
    return problem_of(exception).response()


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The answer for an address under /api/ that nothing serves."""
    del request, exception
    return problem_of(Http404()).response()
