"""Whatever is sent to whichever page: it is shown, refused in words or led elsewhere, never
a crash."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.test import Client
from django.urls import Resolver404, URLResolver, get_resolver, resolve

from tests.factories.stores import StoreFactory
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db

ELSEWHERE = ("/admin/", "/api/", "/oauth/", "/health/", "/metrics", "/static/", "/i18n/")
SAMPLES = ("x", "1", "X-1", "00000000-0000-4000-8000-000000000001")
ODD = [
    "",
    "\x00",
    "a\ud800b",
    "\u202eревс",
    "٣",
    "9" * 400,
    "-1",
    "1e999",
    "' OR 1=1 --",
    "💳" * 300,
]
FIELDS = (
    "action bay bays code codes customer email gtin identifier intent language line "
    "name next number order override phone pin points q quantity reason "
    "redeem_points scan sequence sku store text token user_code kind channel method "
    "city address "
)
NAMES = FIELDS.split()


def addresses() -> list[str]:
    """One address for each page."""
    return sorted(
        {
            found
            for text, callback in _patterns(get_resolver().url_patterns, "")
            if not (route := simplify_regex(text)).startswith(ELSEWHERE)
            for found in [_address(route, callback)]
            if found
        }
    )


def _patterns(entries: list[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for entry in entries:
        text = prefix + entry.pattern.regex.pattern.lstrip("^").replace("\\Z", "")
        if isinstance(entry, URLResolver):
            yield from _patterns(entry.url_patterns, text)
        else:
            yield text, entry.callback


def _address(route: str, callback: Any) -> str | None:
    for names in product(SAMPLES, repeat=route.count("<")):
        values = iter(names)
        address = re.sub("<[^>]+>", lambda _match: next(values), route)  # noqa: B023
        try:
            if resolve(address).func is callback:
                return address
        except Resolver404:
            continue
    return None


@pytest.fixture
def clerk() -> Client:
    browser = Client(raise_request_exception=False)
    sign_in_tablet(browser, store=StoreFactory.create(), role="STORE_MANAGER")
    return browser


def _knock(browser: Client, address: str, value: str) -> Iterator[int]:
    form = dict.fromkeys(NAMES, value)
    text = value.encode("utf-8", "surrogatepass")
    yield browser.get(address, query_params={}).status_code
    body = b"&".join(name.encode() + b"=" + _quoted(text) for name in NAMES)
    yield browser.generic("GET", address, QUERY_STRING=body.decode()).status_code
    encoded = "application/x-www-form-urlencoded"
    yield browser.generic("POST", address, body, content_type=encoded).status_code
    if value and value.isprintable():
        headers = {"HX-Request": "true"}
        yield browser.post(
            address, {**form, "_once": value[:50]}, headers=headers
        ).status_code


def _quoted(text: bytes) -> bytes:
    return "".join(f"%{byte:02X}" for byte in text).encode()


@pytest.mark.parametrize("address", addresses())
def test_no_page_falls_over(clerk: Client, address: str) -> None:
    for value in ODD:
        statuses = list(_knock(clerk, address, value))
        assert max(statuses) < 500, (value[:20], statuses)


@pytest.mark.parametrize("address", addresses())
def test_no_page_falls_over_for_strangers(address: str) -> None:
    stranger = Client(raise_request_exception=False)
    assert max(_knock(stranger, address, "x")) < 500
