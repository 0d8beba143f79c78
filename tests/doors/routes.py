"""Every operation of the REST door, found by walking the router."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.views import ApiViewSet

PREFIX = "/api/v1/"
_SAMPLES = ("1", "X", "00000000-0000-4000-8000-000000000001")


@dataclass(frozen=True)
class Operation:
    """One method at one address."""

    view: type[ApiViewSet]
    action: str
    method: str
    route: str
    address: str

    @property
    def access(self) -> Access | None:
        return self.view.principals.get(self.action)

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.route}"


def operations() -> list[Operation]:
    """What is registered under /api/v1/, in a fixed order."""
    found = [op for route, pattern in _api() for op in _operations(route, pattern)]
    return sorted(found, key=str)


def strangers() -> list[str]:
    """Addresses under /api/v1/ that no ApiViewSet serves."""
    return [
        route
        for route, pattern in _api()
        if _view_of(pattern) is None and pattern.name != "schema"
    ]


def _api() -> Iterator[tuple[str, URLPattern]]:
    for text, pattern in _patterns(get_resolver().url_patterns, ""):
        route = simplify_regex(text)
        if route.startswith(PREFIX):
            yield route, pattern


def _operations(route: str, pattern: URLPattern) -> Iterator[Operation]:
    view = _view_of(pattern)
    if view is None:
        return
    address = _address(route, pattern)
    actions: dict[str, str] = getattr(pattern.callback, "actions", None) or {}
    for method, action in actions.items():
        if method != "head":
            yield Operation(view, action, method, route, address)


def _address(route: str, pattern: URLPattern) -> str:
    """An address that leads here, with some value in every place of the route."""
    for names in product(_SAMPLES, repeat=route.count("<")):
        values = iter(names)
        address = re.sub("<[^>]+>", lambda _match: next(values), route)  # noqa: B023
        with suppress(Resolver404):
            if resolve(address).func is pattern.callback:
                return address
    raise AssertionError(f"no address leads to {route}")


def _view_of(pattern: URLPattern) -> type[ApiViewSet] | None:
    view: Any = getattr(pattern.callback, "cls", None)
    return view if isinstance(view, type) and issubclass(view, ApiViewSet) else None


def _patterns(entries: list[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in entries:
        text = prefix + entry.pattern.regex.pattern.lstrip("^").replace("\\Z", "")
        if isinstance(entry, URLResolver):
            yield from _patterns(entry.url_patterns, text)
        else:
            yield text, entry
