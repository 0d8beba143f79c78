"""Counts through the REST door."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from omniretail.kernel.api.principals import Principal, PrincipalKind
from tests.callers import Answer, Caller, as_client, nobody, posing_as
from tests.factories.inventory import BarcodeFactory, SkuFactory
from tests.inventory.counts.given import LAWS, shelf, staff
from tests.inventory.given import figures, place
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
API = "/api/v1"
GTIN = "4600051000057"
SCOPES = ("counts:read", "counts:write")


@pytest.fixture
def erp() -> Caller:
    """The books of the house."""
    shelf(10)
    return as_client(*SCOPES)


def post(caller: Caller, path: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = caller.post(f"{API}{path}", body)
    assert answer.status_code == status, answer.json()
    return answer.json()


def as_employee(role: str, path: str, body: Any = None, *, store: str = "msk-1") -> Answer:
    who = staff(store, role)
    principal = Principal(PrincipalKind.STAFF, who.key, store=store, device="tablet")
    with posing_as(principal):
        if body is None:
            return nobody().get(f"{API}{path}")
        return nobody().post(f"{API}{path}", body, format="json")


def count_twice(erp: Caller, number: str, units: int) -> dict[str, Any]:
    line = {"code": "S-1", "quantity": units, "is_total": True}
    for _round in range(2):
        post(erp, f"/counts/{number}/count", {"lines": [line]})
        told: dict[str, Any] = post(erp, f"/counts/{number}/finish", {})
    return told


def open_one(erp: Caller, **details: Any) -> str:
    body = {"store": "msk-1"} | (details or {"skus": ["S-1"]})
    return str(post(erp, "/counts", body, 201)["number"])


def test_a_list_counted_elsewhere_puts_the_level_right(erp: Caller) -> None:
    number = open_one(erp)
    told = count_twice(erp, number, 8)
    assert (told["status"], told["variance_amount"]) == ("COUNTED", "200.00")
    told = post(erp, f"/counts/{number}/recount", {"skus": ["S-1"]})
    assert (told["status"], told["round"]) == ("RECOUNT", 3)
    line = {"code": "S-1", "quantity": 9, "is_total": True}
    post(erp, f"/counts/{number}/count", {"lines": [line]})
    post(erp, f"/counts/{number}/finish", {})
    told = post(erp, f"/counts/{number}/approve", {})
    (line,) = told["lines"]
    assert (line["expected"], line["variance"], line["posted"]) == (10, -1, -1)
    assert figures() == (9, 0)
    listed = erp.get(f"{API}/counts", {"status": "APPROVED", "store": "msk-1"}).json()
    assert [one["number"] for one in listed["items"]] == [number]
    assert broken(only=LAWS | {"E3", "E5"}) == set()


def test_scans_of_a_zone_add_up_and_a_key_counts_once(erp: Caller) -> None:
    BarcodeFactory.create(sku__code="S-9", gtin=GTIN)
    number = open_one(erp, zone="Window")
    scans = [{"code": GTIN, "quantity": 1, "key": key} for key in ("a", "b", "b")]
    told = post(erp, f"/counts/{number}/count", {"lines": scans})
    assert [(one["sku"], one["counted"]) for one in told["lines"]] == [("S-9", 2)]


def test_many_scans_of_one_request_are_one_count_each(erp: Caller) -> None:
    """All or none: articles new to a zone, some twice, in whatever letters they come."""
    BarcodeFactory.create(sku__code="S-9", gtin=GTIN)
    number = open_one(erp, zone="Window")
    path = f"/counts/{number}/count"
    scans = [{"code": code, "quantity": 1} for code in (GTIN, "s-1", "S-9", "S-1", "S-1")]
    post(erp, path, {"lines": [*scans, {"code": "none", "quantity": 1}]}, 404)
    assert erp.get(f"{API}/counts/{number}").json()["lines"] == []
    told = post(erp, path, {"lines": scans})
    assert {one["sku"]: one["counted"] for one in told["lines"]} == {"S-9": 2, "S-1": 3}


def test_a_zone_holds_so_many_articles(erp: Caller, settings: Settings) -> None:
    settings.LIMITS = replace(settings.LIMITS, count_lines=1)
    SkuFactory.create(code="S-9")
    number = open_one(erp, zone="Window")
    scans = [{"code": code, "quantity": 1} for code in ("S-1", "S-1", "S-9")]
    said = post(erp, f"/counts/{number}/count", {"lines": scans}, 422)
    assert (said["code"], said["most"]) == ("too_many_articles", 1)
    assert said["errors"][0]["pointer"] == "#/lines/2/code"
    post(erp, f"/counts/{number}/count", {"lines": scans[:2]})


def test_what_should_be_there_is_hidden_while_it_is_counted(erp: Caller) -> None:
    number = open_one(erp)
    line = {"code": "S-1", "quantity": 8, "is_total": True}
    post(erp, f"/counts/{number}/count", {"lines": [line]})
    told = post(erp, f"/counts/{number}/finish", {})
    assert told["status"] == "RECOUNT"
    (shown,) = told["lines"]
    assert (shown["round"], shown["counted"], shown["expected"]) == (2, None, None)


def test_a_clerk_never_sees_what_should_be_there(erp: Caller) -> None:
    number = open_one(erp)
    count_twice(erp, number, 8)
    for path in (f"/counts/{number}", "/counts"):
        told = as_employee("CLERK", path).json()
        (shown,) = told.get("items", [told])
        assert shown["variance_amount"] is None
        assert shown["lines"][0]["expected"] is None
        told = as_employee("STORE_MANAGER", path).json()
        (shown,) = told.get("items", [told])
        assert shown["lines"][0]["expected"] == 10


def test_a_clerk_counts_and_a_manager_approves(erp: Caller) -> None:
    number = open_one(erp)
    line = {"lines": [{"code": "S-1", "quantity": 10}]}
    assert as_employee("OPERATOR", f"/counts/{number}/count", line).status_code == 403
    assert as_employee("CLERK", f"/counts/{number}/count", line).status_code == 200
    assert as_employee("CLERK", f"/counts/{number}/approve", {}).status_code == 403
    told = as_employee("CLERK", f"/counts/{number}/finish", {})
    assert told.json()["status"] == "APPROVED"


def test_a_large_variance_is_not_approved_by_who_counted(erp: Caller) -> None:
    shelf(100, sku="S-2", price="9000.00")
    number = open_one(erp, skus=["S-2"])
    line = {"code": "S-2", "quantity": 98, "is_total": True}
    for _round in range(2):
        post(erp, f"/counts/{number}/count", {"lines": [line]})
        post(erp, f"/counts/{number}/finish", {})
    said = post(erp, f"/counts/{number}/approve", {}, 403)
    assert said["variance_amount"] == "18000.00"
    told = as_employee("STORE_MANAGER", f"/counts/{number}/approve", {})
    assert told.json()["approved_by"] != ""


def test_another_places_counts_are_absent(erp: Caller) -> None:
    place("spb-1")
    number = open_one(erp)
    for path in (f"/counts/{number}", f"/counts/{number}/finish"):
        body: dict[str, Any] | None = {} if path.endswith("finish") else None
        told = as_employee("STORE_MANAGER", path, body, store="spb-1")
        assert told.status_code == 404
    assert as_employee("CLERK", "/counts", store="spb-1").json()["items"] == []
    opened = as_employee("CLERK", "/counts", {"store": "msk-1", "zone": "A"}, store="spb-1")
    assert opened.status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"store": "msk-1"}, 422, "#/lines"),
        ({"store": "msk-1", "skus": ["S-1"], "zone": "A"}, 422, "#/zone"),
        ({"store": "msk-1", "skus": ["S-1", "S-9"]}, 404, "#/lines/1/sku"),
        ({"store": "msk-1", "skus": []}, 400, "#/skus"),
        ({"store": "msk-1", "zone": "A", "shelf": 1}, 400, "#/shelf"),
    ],
)
def test_an_odd_count_is_refused(
    erp: Caller, body: dict[str, Any], status: int, pointer: str
) -> None:
    said = post(erp, "/counts", body, status)
    assert said["errors"][0]["pointer"] == pointer


def test_an_odd_scan_names_its_line(erp: Caller) -> None:
    number = open_one(erp)
    lines = [{"code": "S-1", "quantity": 1}, {"code": "S-9", "quantity": 1}]
    said = post(erp, f"/counts/{number}/count", {"lines": lines}, 404)
    assert said["errors"][0]["pointer"] == "#/lines/1/code"
    assert erp.get(f"{API}/counts/{number}").json()["lines"][0]["counted"] is None


def test_a_count_is_called_off(erp: Caller) -> None:
    number = open_one(erp)
    told = post(erp, f"/counts/{number}/cancel", {"reason": "Closing"})
    assert (told["status"], told["cancel_reason"]) == ("CANCELLED", "Closing")
    line = {"code": "S-1", "quantity": 1}
    post(erp, f"/counts/{number}/count", {"lines": [line]}, 409)
    post(erp, f"/counts/{number}/finish", {}, 409)


def test_accuracy_is_told_by_place(erp: Caller) -> None:
    number = open_one(erp)
    count_twice(erp, number, 8)
    post(erp, f"/counts/{number}/approve", {})
    period = {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-12-31T00:00:00Z"}
    (row,) = erp.get(f"{API}/count-accuracy", period).json()["items"]
    assert (row["store"], row["counts"], row["articles"]) == ("msk-1", 1, 1)
    assert (row["line_accuracy"], row["unit_accuracy"]) == ("0.0000", "0.8000")
    assert (row["value_accuracy"], row["net_amount"]) == ("0.8000", "-200.00")
    query = "&".join(f"{key}={value}" for key, value in period.items())
    assert (
        len(as_employee("STORE_MANAGER", f"/count-accuracy?{query}").json()["items"]) == 1
    )
    assert as_employee("CLERK", f"/count-accuracy?{query}").status_code == 403
    foreign = as_employee("STORE_MANAGER", f"/count-accuracy?{query}&store=spb-1")
    assert foreign.status_code == 404
    backwards = {"starts_at": period["ends_at"], "ends_at": period["starts_at"]}
    assert erp.get(f"{API}/count-accuracy", backwards).status_code == 400
