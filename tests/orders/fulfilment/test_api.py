"""The REST doors of bags, passes, returns and tills."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db.models.functions import Now

from inventory.catalogue.models import Sku
from omniretail.contracts.orders import FulfilmentCollected
from omniretail.kernel import clock
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.api.writes import Write
from omniretail.kernel.models import AuditEntry, IdempotencyKey, OutboxFact
from omniretail.kernel.unended import note_unended
from orders.ordering.models import Order
from tests.callers import Caller, nobody, posing_as
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    code_of,
    collected,
    placed_order,
    ready,
)
from tests.inventory.lots.given import in_days, lot_sku, lotted


@contextmanager
def posing(kind: PrincipalKind, key: str, **more: Any) -> Iterator[Caller]:
    with posing_as(Principal(kind, key, **more)):
        yield nobody()


def clerk(store: str = "tverskaya", who: str = "clerk") -> Any:
    return posing(PrincipalKind.STAFF, f"{who}-{store}", store=store, device="t-1")


@pytest.fixture
def order(shops: Town) -> Order:
    lines = [Ordered("PHONE", 2, "tverskaya"), Ordered("CABLE", 1, "tverskaya")]
    return placed_order(lines, at=clock.now())


def test_a_bag_travels_from_the_shelf_to_its_customer(order: Order) -> None:
    number = bag_of(order).number
    with clerk() as caller:
        listed = caller.get("/api/v1/fulfilments", {"status": "ALLOCATED"}).json()
        assert [item["number"] for item in listed["items"]] == [number]
        base = f"/api/v1/fulfilments/{number}"
        assert caller.post(f"{base}/accept", {}).json()["status"] == "ACCEPTED"
        caller.post(f"{base}/pick", {"code": "PHONE", "quantity": 2})
        picked = caller.post(f"{base}/pick", {"code": "4600051000057"}).json()
        assert [line["picked_quantity"] for line in picked["lines"]] == [2, 1]
        assert caller.post(f"{base}/ready", {"bay": "A-1"}).json()["bay"] == "A-1"
        handed = caller.post(f"{base}/hand-over", {"code": code_of(order)})
        assert handed.json()["status"] == "COLLECTED"
    said = AuditEntry.objects.filter(subject=f"fulfilment:{number}").order_by("pk")
    assert [entry.action for entry in said][-1] == "fulfilments.hand_over"


def test_a_wrong_scan_is_a_problem_that_names_both(order: Order) -> None:
    with clerk() as caller:
        base = f"/api/v1/fulfilments/{bag_of(order).number}"
        problem = caller.post(f"{base}/pick", {"code": "0000"})
    assert problem.status_code == 422
    told = problem.json()
    assert (told["code"], told["scanned"]) == ("not_this_item", "0000")
    assert told["expected"] == ["Товар PHONE", "Товар CABLE"]


def test_a_symbol_in_brackets_says_article_and_serial_number(order: Order) -> None:
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    with clerk() as caller:
        base = f"/api/v1/fulfilments/{bag_of(order).number}"
        given = {"code": "(01)04006381333931(10)L-1(21)sn-1"}
        picked = caller.post(f"{base}/pick", given).json()
        other = {"code": "(01)04600051000057(10)L-1(21)sn-1"}
        assert caller.post(f"{base}/pick", other).status_code == 200
    assert picked["lines"][0]["serials"] == ["SN-1"]


def test_lines_say_which_lots_to_take(shops: Town) -> None:
    lot_sku("BATTERY")
    for units, lot, days in ((3, "LATE", 4_100), (2, "SOON", 4_000), (1, "OVER", -900)):
        lotted(units, lot, days, store="tverskaya", sku="BATTERY")
    lines = [Ordered("BATTERY", 3, "tverskaya"), Ordered("PHONE", 1, "tverskaya")]
    number = bag_of(placed_order(lines, at=clock.now())).number
    base = f"/api/v1/fulfilments/{number}"
    soon, late = (
        {"lot": lot, "expires_on": day, "sold_until": day, "free": free}
        for lot, days, free in (("SOON", 4_000, 2), ("LATE", 4_100, 3))
        for day in [in_days(days).isoformat()]
    )
    with clerk() as caller:
        (listed,) = caller.get("/api/v1/fulfilments").json()["items"]
        assert [line["lots"] for line in listed["lines"]] == [[soon, late], []]
        assert caller.get(base).json() == listed
        picked = caller.post(f"{base}/pick", {"code": "BATTERY", "quantity": 2}).json()
        assert picked["lines"][0]["lots"] == [late]
        short = caller.post(f"{base}/short", {"position": 2, "quantity": 1}).json()
        assert short["fulfilment"]["lines"][0]["lots"] == [late]
        done = caller.post(f"{base}/pick", {"code": "BATTERY", "lot": "LATE"}).json()
        assert done["lines"][0]["lots"] == []


def test_a_wrong_code_counts_and_the_same_key_does_not_count_again(
    order: Order, shops: Town
) -> None:
    bag = ready(bag_of(order), shops.clerk("tverskaya"), at=clock.now())
    with clerk() as caller:
        place = f"/api/v1/fulfilments/{bag.number}/hand-over"
        for _ in range(3):
            problem = caller.post(place, {"code": "WRONG"}, key="same-key")
            assert (problem.status_code, problem.json()["tries_left"]) == (422, 4)
        assert caller.post(place, {"code": "WRONG"}).json()["tries_left"] == 3


def test_a_hand_over_whose_attempt_died_is_answered_when_it_is_taken_over(
    order: Order, shops: Town
) -> None:
    bag = ready(bag_of(order), shops.clerk("tverskaya"), at=clock.now())
    place, code = f"/api/v1/fulfilments/{bag.number}/hand-over", code_of(order)
    with clerk() as caller:
        with patch.object(Write, "_finish"):  # died before it could write the answer
            caller.post(place, {"code": code}, key="k1")
        IdempotencyKey.objects.update(lease_ends_at=Now() - timedelta(seconds=1))
        with time_machine.travel(clock.now() + timedelta(hours=1)):
            answer = caller.post(place, {"code": code}, key="k1")
            another = caller.post(place, {"code": code}, key="k2")
    assert (answer.status_code, answer.json()["status"]) == (200, "COLLECTED")
    assert (another.status_code, another.json()["code"]) == (409, "already_handed_over")
    assert AuditEntry.objects.filter(action="fulfilments.hand_over").count() == 1
    assert OutboxFact.objects.filter(name=FulfilmentCollected.name).count() == 1


def test_a_hand_over_that_died_and_is_never_repeated_is_in_the_audit_trail(
    order: Order, shops: Town
) -> None:
    bag = ready(bag_of(order), shops.clerk("tverskaya"), at=clock.now())
    place = f"/api/v1/fulfilments/{bag.number}/hand-over"
    with clerk() as caller, patch.object(Write, "_finish"):
        caller.post(place, {"code": code_of(order)}, key="k1")
    IdempotencyKey.objects.update(lease_ends_at=Now() - timedelta(hours=2))
    assert note_unended(limit=10) == 1
    entry = AuditEntry.objects.get(action="fulfilments.hand_over")
    who = (entry.actor_key, entry.device, entry.store, entry.subject)
    assert who == ("clerk-tverskaya", "t-1", "tverskaya", f"fulfilments:{bag.number}")


def test_another_stores_bag_is_absent(order: Order) -> None:
    number = bag_of(order).number
    with clerk("arbat") as caller:
        assert caller.get(f"/api/v1/fulfilments/{number}").status_code == 404
        assert caller.get("/api/v1/fulfilments").json()["items"] == []
        for verb, body in (
            ("accept", {}),
            ("start-picking", {}),
            ("pick", {"code": "PHONE"}),
            ("ready", {"bay": "1"}),
            ("hand-over", {"code": "X"}),
            ("ship", {"tracking_number": "X"}),
        ):
            answer = caller.post(f"/api/v1/fulfilments/{number}/{verb}", body)
            assert answer.status_code == 404, verb


def test_the_pass_is_for_its_customer_only(order: Order, shops: Town) -> None:
    place = f"/api/v1/orders/{order.number}/pass"
    with posing(PrincipalKind.GUEST, order.number) as caller:
        assert caller.get(place).json() == []
    ready(bag_of(order), shops.clerk("tverskaya"), at=clock.now())
    with posing(PrincipalKind.GUEST, order.number) as caller:
        (opener,) = caller.get(place).json()
        assert opener["code"] == code_of(order)
        assert opener["grouped"] == f"{opener['code'][:4]} {opener['code'][4:]}"
    with posing(PrincipalKind.GUEST, "R-0000-0000") as caller:
        assert caller.get(place).status_code == 404
    with posing(PrincipalKind.CUSTOMER, "C-0000-0000") as caller:
        assert caller.get(place).status_code == 404
    with clerk() as caller:
        assert caller.get(place).status_code == 403


def test_a_return_over_rest_names_its_refund(order: Order, shops: Town) -> None:
    collected(bag_of(order), shops.clerk("tverskaya"), at=clock.now())
    place = f"/api/v1/orders/{order.number}/returns"
    with clerk("arbat") as caller:
        part = caller.post(place, {"lines": [{"position": 1, "quantity": 1}]})
        assert (part.status_code, part.json()["refund_amount"]) == (201, "1000.00")
        rest = caller.post(place, {"reason": "Не подошло"}).json()
        assert rest["refund_amount"] == "2000.00"
        again = caller.post(place, {})
        assert (again.status_code, again.json()["code"]) == (409, "nothing_to_return")
        assert len(caller.get(place).json()) == 2
        twice = {"lines": [{"position": 1, "quantity": 1}] * 2}
        assert caller.post(place, twice).status_code in {400, 422}


def test_a_till_tells_its_sales_and_learns_what_is_missing(shops: Town) -> None:
    sale = {
        "sequence": 2,
        "receipt_number": "A-2",
        "sold_at": clock.now().isoformat(),
        "tender": "CARD",
        "total_amount": "1380.00",
        "lines": [{"gtin": "4600051000057", "quantity": 2, "unit_price": "690.00"}],
    }
    with posing(PrincipalKind.DEVICE, "till-arbat", store="arbat") as caller:
        answer = caller.post("/api/v1/pos/sales", {"sales": [sale]}).json()
        assert answer["missing"] == [{"first": 1, "last": 1}]
        assert answer["answers"][0]["outcome"] == "LANDED"
        again = caller.post("/api/v1/pos/sales", {"sales": [sale]}).json()
        assert again["answers"][0]["outcome"] == "REPEATED"
        other = caller.post("/api/v1/pos/sales", {"device": "till-depot", "sales": [sale]})
        assert other.status_code == 404
        (receipt,) = caller.get("/api/v1/pos/sales", {"receipt_number": "A-2"}).json()
        assert receipt["order_number"] == answer["answers"][0]["order_number"]


@pytest.mark.parametrize(
    "spoiled",
    [
        {"total_amount": 1380.0},
        {"lines": []},
        {"tender": "BARTER"},
        {"sequence": 0},
        {"surprise": 1},
        {"lines": [{"sku": "CABLE", "quantity": 1.5, "unit_price": "1.00"}]},
        {"receipt_number": "A\x00"},
    ],
)
def test_a_malformed_batch_is_refused_as_a_whole(
    shops: Town, spoiled: dict[str, Any]
) -> None:
    sale = {
        "sequence": 1,
        "receipt_number": "A-1",
        "sold_at": clock.now().isoformat(),
        "tender": "CASH",
        "total_amount": "690.00",
        "lines": [{"sku": "CABLE", "quantity": 1, "unit_price": "690.00"}],
    }
    with posing(PrincipalKind.DEVICE, "till-arbat", store="arbat") as caller:
        answer = caller.post("/api/v1/pos/sales", {"sales": [sale | spoiled]})
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
    assert not Order.objects.exists()


def test_a_machine_names_the_till_it_speaks_for(shops: Town) -> None:
    with posing(
        PrincipalKind.CLIENT, "pos", scopes=frozenset({"pos:write"}), channel="POS"
    ) as caller:
        answer = caller.post("/api/v1/pos/sales", {"sales": []})
        assert answer.status_code in {400, 422}
