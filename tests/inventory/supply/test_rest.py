"""The REST doors of supply."""

from typing import Any

import pytest

from inventory.supply.queries import transfer_view
from omniretail.kernel.api.principals import Principal, PrincipalKind
from tests.callers import Answer, as_client, nobody, posing_as
from tests.inventory.given import figures, place
from tests.inventory.supply.given import LAWS, approved, ordered, sent, staff, two_places
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
API = "/api/v1"


def post(path: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = as_client("supply:write").post(f"{API}{path}", body, format="json")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def get(path: str, query: dict[str, Any] | None = None) -> Any:
    return as_client("supply:read").get(f"{API}{path}", query or {}).json()


def as_employee(store: str, role: str, path: str, body: dict[str, Any]) -> Answer:
    who = staff(store, role)
    principal = Principal(PrincipalKind.STAFF, who.key, store=store, device="tablet")
    with posing_as(principal):
        return nobody().post(f"{API}{path}", body, format="json")


def test_a_transfer_from_request_to_receipt() -> None:
    two_places()
    body = {
        "source_store": "msk-1",
        "target_store": "spb-1",
        "lines": [{"sku": "S-1", "quantity": 4}],
    }
    number = post("/transfers", body, 201)["number"]
    post(f"/transfers/{number}/approve", {"lines": [{"sku": "S-1", "quantity": 3}]})
    told = post(
        f"/transfers/{number}/dispatch", {"expected_at": "2026-11-22T10:00:00+03:00"}
    )
    assert told["expected_at"] == "2026-11-22T07:00:00Z"
    come = {"lines": [{"sku": "S-1", "quantity": 2, "condition": "DAMAGED"}]}
    told = post(f"/transfers/{number}/receive", come)
    (line,) = told["lines"]
    assert (told["status"], line["received"], line["in_transit"]) == (
        "PARTLY_RECEIVED",
        2,
        1,
    )
    told = post(f"/transfers/{number}/write-off", {"reason": "Torn"})
    assert (told["status"], told["lines"][0]["lost"]) == ("CLOSED_SHORT", 1)
    assert get("/transfers", {"status": "CLOSED_SHORT"})["items"][0]["number"] == number
    assert get("/transfers", {"source_store": "spb-1"})["items"] == []
    assert broken(only=LAWS) == set()


def test_an_employee_acts_at_the_own_end_only() -> None:
    two_places()
    place("kzn-1")
    number = approved(4)
    address = f"/transfers/{number}"
    assert as_employee("spb-1", "CLERK", f"{address}/dispatch", {}).status_code == 422
    assert as_employee("kzn-1", "CLERK", f"{address}/dispatch", {}).status_code == 404
    assert as_employee("msk-1", "OPERATOR", f"{address}/dispatch", {}).status_code == 403
    assert as_employee("msk-1", "CLERK", f"{address}/dispatch", {}).status_code == 200
    come = {"lines": [{"sku": "S-1", "quantity": 4}]}
    assert as_employee("spb-1", "CLERK", f"{address}/receive", come).status_code == 200
    assert transfer_view(number).status == "RECEIVED"


def test_more_than_was_sent_names_the_line() -> None:
    two_places()
    body = {"lines": [{"sku": "S-1", "quantity": 5}]}
    said = post(f"/transfers/{sent(4)}/receive", body, 409)
    assert said["errors"][0]["pointer"] == "#/lines/0/quantity"
    assert said["available"] == 4


@pytest.mark.parametrize(
    "body",
    [
        {"lines": []},
        {"lines": [{"sku": "S-1", "quantity": 0}]},
        {"lines": [{"sku": "S-1", "quantity": 1, "condition": "SAD"}]},
        {"lines": [{"sku": "S-1", "quantity": 1}], "shelf": 1},
    ],
)
def test_an_odd_receipt_is_refused(body: dict[str, Any]) -> None:
    two_places()
    post(f"/transfers/{sent(4)}/receive", body, 400)


def test_an_order_is_placed_announced_received_and_closed() -> None:
    two_places(0)
    details = {"code": "svet", "name": "Свет", "over_percent": 10}
    assert post("/suppliers", details)["lead_time_days"] == 7
    body = {
        "supplier": "svet",
        "store": "msk-1",
        "number": "PO-17",
        "lines": [{"sku": "S-1", "quantity": 10, "unit_cost": "450.00"}],
    }
    told = post("/purchase-orders", body, 201)
    assert (told["number"], told["status"]) == ("PO-17", "ORDERED")
    assert told["lines"][0]["unit_cost"] == "450.00"
    post("/purchase-orders", body, 409)
    note = {
        "number": "N-1",
        "order": "PO-17",
        "expected_at": "2026-11-25T10:00:00Z",
        "lines": [{"sku": "S-1", "quantity": 6}],
    }
    post("/ship-notices", note, 201)
    coming = get("/incoming", {"sku": "S-1", "store": "msk-1"})["items"]
    assert [(one["document"], one["quantity"]) for one in coming] == [
        ("PO-17", 6),
        ("PO-17", 4),
    ]
    come = {"reference": "r-1", "lines": [{"sku": "S-1", "quantity": 6}]}
    assert post("/ship-notices/N-1/receive", come)["status"] == "RECEIVED"
    receipts = get("/receipts", {"kind": "NOTICE"})["items"]
    assert [(one["document"], one["reference"]) for one in receipts] == [("N-1", "r-1")]
    told = post("/purchase-orders/PO-17/close", {"reason": "No more"})
    assert told["status"] == "CLOSED_SHORT"
    assert figures() == (6, 0)
    assert broken(only=LAWS) == set()


def test_a_draft_is_placed_by_another_step_or_cancelled() -> None:
    two_places(0)
    post("/suppliers", {"code": "svet", "name": "Свет"})
    line = {"sku": "S-1", "quantity": 1}
    body = {"supplier": "svet", "store": "msk-1", "is_draft": True, "lines": [line]}
    number = post("/purchase-orders", body, 201)["number"]
    assert post(f"/purchase-orders/{number}/place", {})["status"] == "ORDERED"
    told = post(f"/purchase-orders/{number}/cancel", {"reason": "Wrong"})
    assert told["status"] == "CANCELLED"
    post("/purchase-orders", body | {"lines": [line, line]}, 400)


def test_head_office_orders_and_a_clerk_does_not() -> None:
    two_places(0)
    post("/suppliers", {"code": "svet", "name": "Свет"})
    body = {
        "supplier": "svet",
        "store": "msk-1",
        "lines": [{"sku": "S-1", "quantity": 1}],
    }
    assert as_employee("msk-1", "CLERK", "/purchase-orders", body).status_code == 403
    made = as_employee("msk-1", "HEAD_OFFICE", "/purchase-orders", body)
    assert made.status_code == 201


def test_goods_nobody_ordered_are_received_at_the_own_place() -> None:
    two_places(0)
    body = {"store": "msk-1", "lines": [{"sku": "S-1", "quantity": 2}]}
    assert as_employee("spb-1", "CLERK", "/receipts", body).status_code == 404
    made = as_employee("msk-1", "CLERK", "/receipts", body)
    assert made.status_code == 201
    number = made.json()["number"]
    assert get(f"/receipts/{number}")["lines"][0]["quantity"] == 2
    assert figures() == (2, 0)


def test_what_is_to_come_is_promised_by_date() -> None:
    number = ordered(5)
    line = {"store": "msk-1", "sku": "S-1", "quantity": 4, "line": "1"}
    (slip,) = post("/dated-promises", {"reference": "R-1", "lines": [line]}, 201)["items"]
    assert (slip["document"], slip["status"]) == (number, "WAITING")
    said = post("/dated-promises", {"reference": "R-2", "lines": [line]}, 409)
    assert said["available"] == 1
    (slip,) = post("/dated-promises/R-1/cancel", {})["items"]
    assert slip["status"] == "CANCELLED"
    assert get("/dated-promises/R-1")["items"][0]["quantity"] == 4
    assert as_client("supply:read").get(f"{API}/dated-promises/R-9").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/transfers/T-0", "/purchase-orders/P-0", "/ship-notices/N-0", "/receipts/G-0"],
)
def test_what_does_not_exist_is_absent(path: str) -> None:
    assert as_client("supply:read").get(f"{API}{path}").status_code == 404
