"""One header of a request."""

from functools import cache

from django.http import HttpRequest
from django.http.request import HttpHeaders
from rest_framework.request import Request


def header(request: HttpRequest | Request, name: str) -> str | None:
    """What a header says, if it is there; the framework would list all of them first."""
    found: str | None = request.META.get(_as_given(name))
    return found


@cache
def _as_given(name: str) -> str:
    known: str = HttpHeaders.to_wsgi_name(name)
    return known
