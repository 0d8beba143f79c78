"""A store counts what is riskiest while it sells, and its levels come right, over HTTP."""

import pytest

from inventory.counts.operations import propose_counts
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import create_client
from tests.clock import NOON
from tests.journeys.town import Refusal, Town, collect, fill_cart, pay
from tests.journeys.visitors import SECRET, Visitor, program
from tests.lawbook import broken

LAWS = {"S1", "S2", "S3", "S4", "C1", "C2", "A2c", "E3", "E5", "O6", "P4"}


def admitted(name: str) -> Visitor:
    create_client(
        name=name,
        scopes=["counts:read", "counts:write"],
        channel="PARTNER",
        client_id=name,
        secret=SECRET,
        by=SYSTEM,
        at=NOON,
    )
    return program(name)


@pytest.fixture
def erp(town: Town) -> Visitor:
    """The accounting system: people count with its scanners too."""
    return admitted("erp")


@pytest.fixture
def approver(town: Town) -> Visitor:
    """The head office's own program: it believes counts that others made."""
    return admitted("head-office")


def kinds(clerk: Visitor) -> set[str]:
    return {item["kind"] for item in clerk.get("/work-items")["items"]}


def test_the_list_of_the_day_is_counted_while_customers_buy(
    town: Town, erp: Visitor, approver: Visitor
) -> None:
    clerk = town.clerk("tverskaya")
    on_hand, reserved = town.units("tverskaya", "PHONE")
    # The clock does so for every place whose night is over; this town sells at any hour.
    propose_counts(store_code="tverskaya", by=SYSTEM, at=clock.now())
    town.rest()
    assert "COUNT" in kinds(clerk)
    counts = clerk.get("/counts", store="tverskaya")["items"]
    (count,) = [one for one in counts if one["status"] == "OPEN"]
    number = count["number"]
    assert all(line["expected"] is None for line in count["lines"])

    line = {"code": "PHONE", "quantity": on_hand - 1, "is_total": True}
    clerk.post(f"/counts/{number}/count", {"lines": [line]})
    assert clerk.post(f"/counts/{number}/finish")["status"] == "RECOUNT"
    with pytest.raises(Refusal) as refusal:
        clerk.post(f"/counts/{number}/count", {"lines": [line]})
    assert refusal.value.code == "somebody_else_counts"
    erp.post(f"/counts/{number}/count", {"lines": [line]})
    assert erp.post(f"/counts/{number}/finish")["lines"][0]["variance"] == -1
    assert clerk.get(f"/counts/{number}")["lines"][0]["variance"] is None

    anna = town.customer()
    pay(anna, fill_cart(anna, collect("PHONE")))
    with pytest.raises(Refusal) as refusal:
        clerk.post(f"/counts/{number}/approve")
    assert refusal.value.status == 403
    told = approver.post(f"/counts/{number}/approve")
    assert (told["status"], told["lines"][0]["variance"]) == ("APPROVED", -1)
    town.rest()
    assert town.units("tverskaya", "PHONE") == (on_hand - 1, reserved + 1)
    assert not {"COUNT", "RECOUNT", "VARIANCE", "SHORT"} & kinds(clerk)
    period = {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-12-31T00:00:00Z"}
    (row,) = erp.get("/count-accuracy", **period)["items"]
    assert (row["store"], row["exact_articles"], row["units_off"]) == ("tverskaya", 0, 1)
    assert broken(only=LAWS) == set()
