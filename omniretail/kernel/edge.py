"""What happens to every HTTP request before and after its door."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes
from uuid import uuid4

import structlog
from corsheaders.middleware import CorsMiddleware
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from prometheus_client import Histogram

from omniretail.kernel.api.headers import header
from omniretail.kernel.api.problems import Problem, from_outage
from omniretail.kernel.api.text import is_clean

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SECONDS = Histogram(
    "omniretail_http_seconds",
    "Time to answer, by route and status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SILENT = ("/health/", "/static/", "/metrics")
_MACHINES = ("/api/", "/oauth/")

log = structlog.get_logger("omniretail.http")


class EdgeMiddleware:
    """Gives each request an id, refuses addresses with refused characters, and writes one
    line and one measurement about the answer. Routes, not paths: paths hold secrets."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = header(request, "X-Request-ID") or ""
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self._answer(request)
            response["X-Request-ID"] = request_id
            self._note(request, response, time.perf_counter() - started)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """A database that is away for a moment is no fault of ours nor of the caller."""
        problem = from_outage(exception)
        return None if problem is None else _show(request, problem)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if _is_clean_address(request):
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = bad_request(request)
        response["Content-Language"] = language
        return response

    def _note(
        self, request: HttpRequest, response: HttpResponseBase, seconds: float
    ) -> None:
        if request.path.startswith(_SILENT):
            return
        route = request.resolver_match.route if request.resolver_match else "-"
        method = request.method if request.method in _METHODS else "OTHER"
        SECONDS.labels(method, route, str(response.status_code)).observe(seconds)
        log.info(
            "answered",
            method=method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )


class OriginMiddleware(CorsMiddleware):
    """Pages of other origins. Who names none is only told that it makes a difference."""

    def add_response_headers(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if "HTTP_ORIGIN" in request.META:
            return super().add_response_headers(request, response)
        if self.is_enabled(request):
            known = response.headers.get("Vary")
            response.headers["Vary"] = f"{known}, origin" if known else "origin"
        return response


class LanguageMiddleware:
    """Who asks is answered in the language of their cookie or browser. No address of ours
    begins with a language, which the framework's own would look for twice."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = translation.get_language_from_request(request)
        translation.activate(language)
        setattr(request, "LANGUAGE_CODE", language)  # noqa: B010 - the framework's own name
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class HeadOfficeMiddleware:
    """The admin tells the time of the head office; every other page has its own zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/admin/"):
            return self.get_response(request)
        with timezone.override(settings.HEAD_OFFICE_ZONE):
            return self.get_response(request)


_NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class PolicyMiddleware(CSPMiddleware):
    """The strict content security policy, loosened for the admin alone (its widgets
    evaluate expressions and set styles inline). JSON may do nothing at all."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").endswith("json"):
            response.headers["Content-Security-Policy"] = _NOTHING_ALLOWED
            return response
        if request.path.startswith("/admin/"):
            setattr(  # noqa: B010 - the library's own way to vary a policy
                response,
                "_csp_update",
                {
                    "script-src": ["'unsafe-inline'", "'unsafe-eval'"],
                    "style-src": ["'unsafe-inline'"],
                },
            )
        answered: HttpResponseBase = super().process_response(request, response)
        return answered


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What cannot be read as a request."""
    del exception
    return _refuse(request, 400, "bad_request", gettext("The request is not valid."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing stands at this address."""
    del exception
    return _refuse(request, 404, "not_found", gettext("There is nothing here."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not for this visitor."""
    del exception
    return _refuse(request, 403, "permission_denied", gettext("This is not open to you."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Nobody foresaw this."""
    title = gettext("Something went wrong on our side.")
    return _refuse(request, 500, "internal_error", title)


def _refuse(request: HttpRequest, status: int, code: str, title: str) -> HttpResponse:
    return _show(request, Problem(status, code, title))


def _show(request: HttpRequest, problem: Problem) -> HttpResponse:
    """As a program or as a person reads it."""
    if request.path.startswith(_MACHINES):
        return problem.response()
    facts: dict[str, Any] = {"problem": problem, "first_page": _first_page(request.path)}
    answer = render(request, "kernel/problem.html", facts, status=problem.status)
    for name, value in problem.headers.items():
        answer[name] = value
    return answer


def _first_page(path: str) -> str:
    """Where to begin anew from an address, if there is such a page: a screen that fills
    the whole window has no way back of its own."""
    first = "/".join(path.split("/")[:2]) + "/"
    return first if first != path and is_valid_path(first) else ""


def _is_clean_address(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    if "%00" not in query and is_clean(query) and is_clean(request.path):
        return True
    asked = unquote_to_bytes(query)
    return b"\x00" not in asked and is_clean(request.path)
