"""Who asks and does not get counts by itself, once, after the answer."""

from typing import Any

import pytest
import structlog
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from inventory.models import LostDemand
from inventory.selling import missing
from inventory.selling.operations import Miss, note_misses
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.afterwards import afterwards
from omniretail.kernel.api.principals import Principal, PrincipalKind
from tests import given
from tests.callers import Caller, as_client, nobody, posing_as
from tests.clock import NOON
from tests.factories.inventory import PriceFactory, SkuFactory
from tests.inventory.given import place, stocked
from tests.inventory.selling.given import network

pytestmark = pytest.mark.django_db
API = "/api/v1"
Row = tuple[str, str | None, int, str]


@pytest.fixture
def site() -> Caller:
    """The site; a place that has one of S-1 and none of S-2."""
    stocked(1)
    SkuFactory.create(code="S-2")
    return as_client("stock:read", "stock:hold", "carts:write")


def missed() -> list[Row]:
    rows = LostDemand.objects.order_by("pk").select_related("sku", "store")
    return [
        (row.sku.code, row.store.code if row.store else None, row.quantity, row.channel)
        for row in rows
    ]


def look(caller: Caller, **asked: Any) -> None:
    assert caller.get(f"{API}/availability", asked).status_code == 200


def test_a_visit_that_finds_nothing_counts_once(site: Caller) -> None:
    for _time in range(2):
        look(site, sku="S-2", session="visit-001")
    look(site, sku="S-2", session="visit-002")
    look(site, sku=["S-1", "S-2"], store="msk-1", session="visit-001")
    assert missed() == [
        ("S-2", None, 1, "SITE"),
        ("S-2", None, 1, "SITE"),
        ("S-2", "msk-1", 1, "SITE"),
    ]


def test_what_is_there_is_not_missed(site: Caller) -> None:
    place("spb-1")
    look(site, sku="S-1", session="visit-001")
    look(site, sku="S-1", city="Тула", session="visit-001")
    assert missed() == []


def test_a_program_that_asks_for_nobody_only_looks(site: Caller) -> None:
    look(site, sku="S-2")
    look(site, sku=["S-1", "S-2"], store="msk-1")
    site.get(f"{API}/availability/grid", {"sku": "S-2"})
    site.get(f"{API}/stock-changes/snapshot")
    assert missed() == []


def test_a_long_list_is_a_page_and_no_wish(site: Caller) -> None:
    skus = ["S-2", *(sku.code for sku in SkuFactory.create_batch(20))]
    look(site, sku=skus, store="msk-1", session="visit-001")
    assert missed() == []


def test_a_customer_asks_for_themselves(site: Caller) -> None:
    anna = Principal(PrincipalKind.CUSTOMER, "C-1")
    with posing_as(anna):
        for _time in range(2):
            look(nobody(), sku="S-2")
    assert missed() == [("S-2", None, 1, "SITE")]
    assert "C-1" not in str(vars(LostDemand.objects.get()))


def test_a_refused_hold_was_asked_in_vain_by_its_owner(site: Caller) -> None:
    line = {"store": "msk-1", "sku": "S-1", "quantity": 3}
    for reference in ("r-1", "r-2"):
        body = {"reference": reference, "owner": "ann", "lines": [line]}
        assert site.post(f"{API}/holds", body).status_code == 409
    body = {"reference": "r-3", "owner": "bob", "lines": [line | {"quantity": 1}]}
    assert site.post(f"{API}/holds", body).status_code == 201
    assert missed() == [("S-1", "msk-1", 2, "SITE")]


def test_those_who_come_too_late_were_there(site: Caller) -> None:
    wishes = [
        {"store": "msk-1", "sku": "S-1", "quantity": 1, "reference": f"r-{n}", "owner": who}
        for n, who in enumerate(("ann", "bob", "bob", "cyd"))
    ]
    told = site.post(f"{API}/holds/first-come", {"wishes": wishes}).json()["answers"]
    assert [one["is_kept"] for one in told] == [True, False, False, False]
    assert missed() == [("S-1", "msk-1", 1, "SITE")] * 2


def test_a_cart_that_wants_more_than_there_is_counts_what_lacks() -> None:
    given.goods(2)
    place("spb-1")
    stocked(2, store="spb-1")
    token = given.a_cart(("S-1", 1, "COLLECT", "msk-1"))
    shop = as_client("carts:write")

    def put(quantity: int, intent: str, store: str | None) -> None:
        body = {"sku": "S-1", "intent": intent, "quantity": quantity, "store": store}
        answer = shop.post(f"{API}/carts/{token}/lines", body)
        assert answer.status_code == 200, answer.content

    put(2, "COLLECT", "msk-1")
    put(4, "SHIP", None)
    put(0, "COLLECT", "msk-1")
    assert missed() == []
    put(5, "COLLECT", "msk-1")
    put(6, "SHIP", None)
    assert missed() == [("S-1", "msk-1", 3, "SITE"), ("S-1", None, 2, "SITE")]
    network("SITE", "msk-1")
    put(7, "SHIP", None)
    assert missed()[1] == ("S-1", None, 5, "SITE")
    assert len(missed()) == 2


def test_a_failing_note_spoils_no_answer(
    site: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_things: object, **_terms: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(missing, "note_misses", fail)
    with structlog.testing.capture_logs() as logs:
        look(site, sku="S-2", session="visit-001")
    assert "afterwards_failed" in [one["event"] for one in logs]
    assert missed() == []


def test_nothing_is_noted_before_the_answer_is_out() -> None:
    order: list[str] = []
    answer = HttpResponse("told")
    afterwards(answer, lambda: order.append("noted"))
    order.append(answer.content.decode())
    answer.close()
    assert order == ["told", "noted"]


def test_many_misses_take_one_statement_and_one_for_their_places(site: Caller) -> None:
    for number in (1, 20):
        misses = [Miss("S-2", "msk-1", 1, f"{number}:{n}") for n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            note_misses(misses, channel="SITE", by=SYSTEM, at=NOON)
        said = [one for one in queries if "SAVEPOINT" not in one["sql"]]
        assert len(said) == 2
    assert LostDemand.objects.count() == 21


def test_what_nobody_knows_cannot_be_missed() -> None:
    place()
    PriceFactory.create(sku__code="S-1")
    odd = (("S-9", None), ("S-1", "none"), ("S-1", ""))
    misses = [Miss(sku, store, 1, "a") for sku, store in odd]
    note_misses(misses, channel="SITE", by=SYSTEM, at=NOON)
    assert missed() == []
