"""A bigger basket asks the database no more often."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stores.models import Store
from tests import given
from tests.callers import Caller, as_client
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
SMALL, LARGE = 2, 12


@pytest.fixture(autouse=True)
def shop() -> None:
    for number in range(LARGE):
        given.goods(50, sku=f"S-{number}")


@pytest.fixture
def site() -> Caller:
    return as_client("carts:write", "orders:read")


def basket(size: int, **how: Any) -> str:
    half = [(f"S-{n}", 1, "SHIP", None) for n in range(size // 2)]
    rest = [(f"S-{n}", 1, "COLLECT", "msk-1") for n in range(size // 2, size)]
    return given.a_cart(*half, *rest, **how)


def queries(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        answer = call()
    assert answer.status_code < 300, answer.content
    return len(seen)


def test_a_quote_asks_the_same_for_any_basket(site: Caller) -> None:
    tokens = [basket(SMALL), basket(LARGE)]
    few, many = (queries(partial(site.get, f"/api/v1/carts/{t}/quote")) for t in tokens)
    assert few == many <= 16


def test_ordering_asks_the_same_for_any_basket(site: Caller) -> None:
    body = {"payment": {"kind": "CARD", "method": "card-4242"}}
    tokens = [basket(SMALL), basket(SMALL), basket(LARGE)]
    _warm, few, many = (
        queries(partial(site.post, f"/api/v1/carts/{t}/checkout", body)) for t in tokens
    )
    assert few == many <= 120


def test_an_order_is_read_at_the_same_cost(site: Caller) -> None:
    numbers = [
        given.a_placed_order(("S-1", 1, "SHIP", None)),
        given.a_placed_order(*[(f"S-{n}", 1, "SHIP", None) for n in range(LARGE)]),
    ]
    few, many = (queries(partial(site.get, f"/api/v1/orders/{n}")) for n in numbers)
    assert few == many <= 10


def test_the_sell_page_asks_the_same_for_any_basket(client: Client) -> None:
    sign_in_tablet(client, store=Store.objects.get(code="msk-1"))
    seen = []
    for number in range(LARGE):
        client.post("/tablet/sell/add/", {"code": f"S-{number}"})
        seen.append(queries(lambda: client.get("/tablet/sell/")))
    assert seen[SMALL] == seen[-1] <= 24
