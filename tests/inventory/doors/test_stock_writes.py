"""Levels told over REST: rows in, an answer for each, once."""

from typing import Any

import pytest

from inventory.stock.models import StockMovement
from omniretail.kernel import clock
from omniretail.kernel.limits import limits
from omniretail.kernel.models import AuditEntry
from tests.callers import Answer, Caller, as_client
from tests.inventory.given import allocated, figures, stocked, wanted
from tests.lawbook import broken

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/v1/stock/writes"


def row(units: int, **members: Any) -> dict[str, Any]:
    return {
        "key": "1",
        "store": "msk-1",
        "sku": "S-1",
        "mode": "delta",
        "units": units,
    } | members


def send(*rows: dict[str, Any], by: Caller | None = None, **members: Any) -> Answer:
    caller = by or as_client("stock:write")
    return caller.post(PATH, {"reference": "D-1", "rows": rows} | members)


def test_each_row_has_its_own_answer_in_its_order() -> None:
    stocked(5)
    stocked(5, sku="S-2")
    allocated(wanted(3, sku="S-2"))
    answer = send(
        row(-3, key="b", sku="S-2"),
        row(2, key="a"),
        row(5, key="c", sku="none"),
    )
    assert answer.status_code == 200
    body = answer.json()
    assert {name: body[name] for name in ("applied", "unchanged", "refused")} == {
        "applied": 1,
        "unchanged": 0,
        "refused": 2,
    }
    below, applied, unknown = body["rows"]
    assert (below["key"], below["outcome"]) == ("b", "refused")
    assert (below["on_hand"], below["reserved"]) == (5, 3)
    assert below["problem"]["code"] == "below_promised"
    assert below["problem"]["field"] == "units"
    assert applied == {
        "key": "a",
        "outcome": "applied",
        "is_repeated": False,
        "on_hand": 7,
        "reserved": 0,
        "problem": None,
    }
    assert unknown["problem"]["code"] == "sku_not_found"
    assert AuditEntry.objects.filter(action="stock-writes.create").count() == 1
    assert broken(only={"S1", "S3", "E3", "E5"}) == set()


def test_absolute_rows_take_the_moment_of_the_request() -> None:
    stocked(5)
    answer = send(row(9, mode="absolute"), observed_at=clock.now().isoformat())
    (result,) = answer.json()["rows"]
    assert (result["outcome"], result["on_hand"]) == ("applied", 9)
    (unclear,) = send(row(9, mode="absolute")).json()["rows"]
    assert unclear["problem"]["code"] == "write_unclear"


def test_the_same_request_twice_is_one_effect() -> None:
    stocked(5)
    caller = as_client("stock:write")
    body = {"reference": "D-1", "rows": [row(2)]}
    first = caller.post(PATH, body, key="K")
    again = caller.post(PATH, body, key="K")
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    (repeated,) = caller.post(PATH, body).json()["rows"]
    assert repeated["is_repeated"] is True
    assert figures() == (7, 0)


@pytest.mark.parametrize(
    "members",
    [
        {"rows": []},
        {"rows": [row(1, mode="guess")]},
        {"rows": [row(1, shelf="A")]},
        {"rows": [{"key": "1"}]},
        {"reference": ""},
        {"observed_at": "2026-11-23T10:00:00"},
        {"observed_at": "2026-11-23"},
        {"rows": [row(1, mode="absolute", observed_at="2026-11-23T10:00:00")]},
    ],
)
def test_what_is_no_such_request_is_refused_as_a_whole(members: dict[str, Any]) -> None:
    answer = as_client("stock:write").post(
        PATH, {"reference": "D-1", "rows": [row(1)]} | members
    )
    assert answer.status_code == 400
    assert not StockMovement.objects.exists()


def test_ten_thousand_rows_come_in_one_request() -> None:
    stocked(5)
    rows = [row(1, key=f"k{n}", sku=f"none-{n}") for n in range(limits().batch_rows - 1)]
    answer = send(*rows, row(1, key="last"))
    body = answer.json()
    assert (body["applied"], body["refused"]) == (1, limits().batch_rows - 1)
    assert [one["key"] for one in body["rows"]] == [one["key"] for one in rows] + ["last"]
    assert figures() == (6, 0)
    assert send(*rows, row(1), row(1, key="too-many")).status_code == 400
