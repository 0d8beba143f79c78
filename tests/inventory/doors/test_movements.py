"""The REST doors of movements: move, take back, statement, why."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.stock.models import StockMovement
from omniretail.kernel import clock
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.models import AuditEntry
from stores.network.models import Store
from tests.callers import as_client, nobody, posing_as
from tests.clock import NOON
from tests.factories.stores import AssignmentFactory
from tests.inventory.given import allocated, lying, moved, place, stocked, wanted

pytestmark = pytest.mark.django_db
API = "/api/v1"
LEVEL = f"{API}/stock-levels/msk-1/S-1"
LINE = {"sku": "S-1", "quantity": 2, "source": "ON_HAND", "target": "DAMAGED"}


def move(*lines: dict[str, Any], key: str | None = None, **more: Any) -> Any:
    body = {"store": "msk-1", "reason": "BROKEN", "lines": list(lines), **more}
    caller = as_client("stock:write")
    return caller.post(f"{API}/stock-levels/move", body, format="json", key=key)


def staff(role: str, store: str = "msk-1") -> Principal:
    employee = AssignmentFactory(store=Store.objects.get(code=store), role=role).employee
    return Principal(PrincipalKind.STAFF, employee.code, store=store)


def test_units_move_over_http_and_leave_their_trace() -> None:
    stocked(5)
    answer = move(LINE, observed_at=(clock.now() - timedelta(hours=2)).isoformat())
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["levels"][0]["damaged"] == 2
    assert told["levels"][0]["available"] == 3
    row = StockMovement.objects.get(pk=told["movements"][0])
    assert row.recorded_at - row.at > timedelta(hours=1)
    entry = AuditEntry.objects.get(action="stock-levels.move")
    assert entry.subject == "stock:msk-1"


def test_the_same_move_told_twice_under_another_key_is_made_once() -> None:
    stocked(5)
    first = move(LINE, reference="T-1", key="k-1")
    again = move(LINE, reference="T-1", key="k-2")
    assert first.json() == again.json()
    assert lying() == {"ON_HAND": 3, "DAMAGED": 2}
    other = move(LINE | {"quantity": 1}, reference="T-1")
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("line", "more", "status", "field"),
    [
        (LINE | {"quantity": 9}, {}, 409, "lines/0/quantity"),
        (LINE | {"quantity": 0}, {}, 400, "lines/0/quantity"),
        (LINE | {"source": "SUPPLIER"}, {}, 400, "lines/0/source"),
        (LINE | {"target": "CUSTOMER"}, {}, 400, "lines/0/target"),
        (LINE | {"target": "ON_HAND"}, {}, 422, "lines/0/target"),
        (LINE | {"sku": "none"}, {}, 404, "lines/0/sku"),
        (LINE, {"reason": "ON_SHOW"}, 422, "reason"),
        (LINE, {"reason": "because"}, 400, "reason"),
        (LINE, {"observed_at": "2020-01-01T00:00:00Z"}, 422, "observed_at"),
        (LINE | {"shelf": "A"}, {}, 400, "lines/0/shelf"),
    ],
)
def test_a_wrong_move_is_refused_with_its_field(
    line: dict[str, Any], more: dict[str, Any], status: int, field: str
) -> None:
    stocked(5)
    answer = move(line, **more)
    assert (answer.status_code, field in answer.content.decode()) == (status, True)
    assert lying() == {"ON_HAND": 5}


def test_staff_move_in_their_own_shop_by_their_role() -> None:
    stocked(5)
    place("spb-1")
    address = f"{API}/stock-levels/move"
    body = {"store": "msk-1", "reason": "BROKEN", "lines": [LINE]}
    scrap = {
        "store": "msk-1",
        "reason": "SCRAPPED",
        "lines": [LINE | {"source": "DAMAGED", "target": "SHRINKAGE"}],
    }
    with posing_as(staff("CLERK", "spb-1")):
        assert nobody().post(address, body, format="json").status_code == 404
    with posing_as(staff("CLERK")):
        assert nobody().post(address, body, format="json").status_code == 200
        assert nobody().post(address, scrap, format="json").status_code == 403
    with posing_as(staff("OPERATOR")):
        assert nobody().post(address, body, format="json").status_code == 403
    with posing_as(staff("STORE_MANAGER")):
        assert nobody().post(address, scrap, format="json").status_code == 200
    assert lying() == {"ON_HAND": 3}


def test_a_movement_is_taken_back_once() -> None:
    stocked(5)
    (wrong,) = moved(2, "ON_HAND>DAMAGED").movements
    caller = as_client("stock:write")
    address = f"{API}/stock-movements/{wrong}/reverse"
    answer = caller.post(address, {"reason": "by mistake"}, format="json")
    assert answer.status_code == 200, answer.content
    assert StockMovement.objects.get(pk=answer.json()["movements"][0]).reverses_id == wrong
    again = caller.post(address, {"reason": "by mistake"}, format="json")
    assert again.status_code == 409
    missing = f"{API}/stock-movements/{wrong + 99}/reverse"
    answer = caller.post(missing, {"reason": "by mistake"}, format="json")
    assert answer.status_code == 404
    with posing_as(staff("CLERK")):
        (other,) = moved(1, "ON_HAND>DAMAGED").movements
        address = f"{API}/stock-movements/{other}/reverse"
        refused = nobody().post(address, {"reason": "not mine"}, format="json")
        assert refused.status_code == 403
    assert lying() == {"ON_HAND": 4, "DAMAGED": 1}


def test_a_statement_comes_in_pages_and_as_of_a_moment() -> None:
    stocked(5)
    for minute in range(1, 5):
        moved(1, "ON_HAND>DISPLAY", at=NOON + timedelta(minutes=minute))
    caller = as_client("stock:read")
    whole = caller.get(f"{LEVEL}/statement").json()["items"]
    assert [row["balance"]["display"] for row in whole] == [4, 3, 2, 1, 0]
    assert whole[-1]["kind"] == "RECEIPT"
    first = caller.get(f"{LEVEL}/statement", {"page_size": 3}).json()
    asked = {"page_size": 3, "cursor": first["next"]}
    rest = caller.get(f"{LEVEL}/statement", asked).json()
    assert (first["items"] + rest["items"], rest["next"]) == (whole, None)
    then = {"at": (NOON + timedelta(minutes=2)).isoformat()}
    assert caller.get(f"{LEVEL}/statement", then).json()["items"] == whole[2:]


def test_a_statement_names_what_was_taken_back() -> None:
    stocked(5)
    (wrong,) = moved(2, "ON_HAND>DAMAGED").movements
    as_client("stock:write").post(
        f"{API}/stock-movements/{wrong}/reverse", {"reason": "oops"}, format="json"
    )
    back, taken, _receipt = (
        as_client("stock:read").get(f"{LEVEL}/statement").json()["items"]
    )
    assert (back["reverses"], taken["reversed_by"]) == (taken["id"], back["id"])
    assert (back["reason"], back["balance"]["on_hand"]) == ("oops", 5)


def test_why_says_who_has_each_unit_now_and_then() -> None:
    stocked(5)
    moved(1, "ON_HAND>DISPLAY", at=NOON + timedelta(minutes=1))
    allocated(wanted(2), reference="R-1")
    caller = as_client("stock:read")
    now = caller.get(f"{LEVEL}/why").json()
    assert [(one["taken_by"], one["units"]) for one in now["parts"]] == [
        ("DISPLAY", 1),
        ("ALLOCATION", 2),
        ("FREE", 2),
    ]
    assert (now["available"], now["parts"][1]["reference"]) == (2, "R-1")
    then = caller.get(f"{LEVEL}/why", {"at": NOON.isoformat()}).json()
    assert [one["taken_by"] for one in then["parts"]] == ["ALLOCATION", "FREE"]


@pytest.mark.parametrize("question", ["statement", "why"])
def test_a_level_nobody_knows_is_absent(question: str) -> None:
    stocked(1)
    caller = as_client("stock:read")
    for where in ("none/S-1", "msk-1/none"):
        address = f"{API}/stock-levels/{where}/{question}"
        assert caller.get(address).status_code == 404
    wrong = caller.get(f"{LEVEL}/{question}", {"at": "yesterday"})
    assert (wrong.status_code, "at" in wrong.content.decode()) == (400, True)


@pytest.mark.parametrize("question", ["statement", "why"])
def test_a_long_history_takes_as_many_queries_as_a_short_one(question: str) -> None:
    stocked(50)
    caller = as_client("stock:read")
    with CaptureQueriesContext(connection) as few:
        caller.get(f"{LEVEL}/{question}")
    for number in range(20):
        moved(1, "ON_HAND>DISPLAY")
        allocated(wanted(1), reference=f"R-{number}")
    with CaptureQueriesContext(connection) as many:
        caller.get(f"{LEVEL}/{question}")
    assert len(few) == len(many)
