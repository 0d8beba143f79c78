"""Fifty buyers, one unit, over HTTP: one order and 49 clear refusals.

The control takes the guard away: the same fifty then buy the same unit several times.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from orders.models import Order, SandboxCharge
from tests import given
from tests.callers import a_client, token_for
from tests.inventory.given import figures
from tests.lawbook import broken
from tests.races.barrier import run_together
from tests.races.test_ranked import nobody_looks_again

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
BUYERS = 50
PAYMENT = {"payment": {"kind": "CARD", "method": "card-4242"}}


class Buyer:
    """Somebody at the website with a full cart."""

    def __init__(self, address: str, token: str) -> None:
        self.cart = given.a_cart(("S-1", 1, "COLLECT", "msk-1"))
        self.web = httpx.Client(
            base_url=f"{address}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
            limits=httpx.Limits(keepalive_expiry=None),  # however long the others take
        )
        self.web.get(f"carts/{self.cart}").raise_for_status()  # connected before the rush

    def order(self) -> httpx.Response:
        """Press the button; ask again while the shop says that it is busy."""
        for _ in range(20):
            answer = self.web.post(
                f"carts/{self.cart}/checkout",
                json=PAYMENT,
                headers={"Idempotency-Key": uuid4().hex},
            )
            if answer.status_code != 503:
                break
        return answer


def rush(address: str) -> list[httpx.Response]:
    """Fifty buyers press the button at once."""
    token = token_for(a_client(["carts:write"]))
    buyers = [Buyer(address, token) for _ in range(BUYERS)]
    answers = run_together([partial(Buyer.order, buyer) for buyer in buyers])
    for buyer in buyers:
        buyer.web.close()
    failures = [answer for answer in answers if isinstance(answer, Exception)]
    assert failures == []
    return [answer for answer in answers if isinstance(answer, httpx.Response)]


def test_fifty_buyers_and_one_unit_make_one_order(live_server: LiveServer) -> None:
    given.goods(1)

    answers = rush(live_server.url)

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 49}
    refusals = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["code"] for problem in refusals} == {"not_enough_stock"}
    assert {problem["available"] for problem in refusals} == {0}
    assert Order.objects.count() == SandboxCharge.objects.count() == 1
    assert figures() == (1, 1)
    given.rest()
    assert broken(only={"S1", "S2", "S3", "O1", "O5", "O6", "O7", "O8", "P4"}) == set()


@pytest.fixture
def guard_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with nobody_looks_again(monkeypatch):
        yield


@pytest.mark.usefixtures("guard_off")
def test_without_the_guard_the_unit_is_sold_several_times(live_server: LiveServer) -> None:
    given.goods(1)

    answers = rush(live_server.url)

    sold = [answer for answer in answers if answer.status_code == 201]
    assert len(sold) > 1
    assert Order.objects.filter(status="PLACED").count() > 1
    assert "S2" in broken(only={"S2"})
