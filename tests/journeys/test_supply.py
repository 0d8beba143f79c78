"""Goods come from a supplier and go from store to store, over HTTP, each by their door."""

import pytest

from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import create_client
from tests.clock import NOON
from tests.journeys.town import Refusal, Town
from tests.journeys.visitors import SECRET, Json, Visitor, program
from tests.lawbook import broken


@pytest.fixture
def erp(town: Town) -> Visitor:
    """The accounting system: it orders and announces."""
    create_client(
        name="erp",
        scopes=["supply:read", "supply:write", "stock:read"],
        channel="PARTNER",
        client_id="erp",
        secret=SECRET,
        by=SYSTEM,
        at=NOON,
    )
    return program("erp")


def some(sku: str, quantity: int, **details: str) -> Json:
    return {"sku": sku, "quantity": quantity, **details}


def tasks(clerk: Visitor) -> list[tuple[str, str]]:
    found = clerk.get("/work-items")["items"]
    return [(item["kind"], item["reference"]) for item in found]


def test_an_order_comes_in_parts_some_damaged_and_the_buyer_who_waits_gets_his(
    town: Town, erp: Visitor
) -> None:
    erp.post("/suppliers", {"code": "svet", "name": "Свет", "lead_time_days": 5})
    order = erp.post(
        "/purchase-orders",
        {
            "supplier": "svet",
            "store": "tverskaya",
            "lines": [some("KETTLE", 6, unit_cost="1800.00"), some("CABLE", 10)],
        },
    )
    dated = {"store": "tverskaya", **some("KETTLE", 3), "line": "1"}
    erp.post("/dated-promises", {"reference": "PRE-1", "lines": [dated]})
    with pytest.raises(Refusal) as refusal:
        erp.post(
            "/dated-promises", {"reference": "PRE-2", "lines": [dated | {"quantity": 4}]}
        )
    assert refusal.value.code == "not_enough_coming"

    note = {
        "number": "N-100",
        "order": order["number"],
        "expected_at": "2026-11-25T09:00:00Z",
        "lines": [some("KETTLE", 6), some("CABLE", 4)],
    }
    erp.post("/ship-notices", note)
    town.rest()
    clerk = town.clerk("tverskaya")
    assert tasks(clerk) == [("RECEIVE", "N-100")]

    come = {"lines": [some("KETTLE", 4), some("KETTLE", 1, condition="DAMAGED")]}
    assert clerk.post("/ship-notices/N-100/receive", come)["status"] == "PARTLY_RECEIVED"
    assert town.units("tverskaya", "KETTLE") == (6, 3)
    (kept,) = erp.get("/dated-promises/PRE-1")["items"]
    assert (kept["status"], kept["quantity"]) == ("ALLOCATED", 3)

    rest = {"lines": [some("KETTLE", 1), some("CABLE", 4)]}
    assert clerk.post("/ship-notices/N-100/receive", rest)["status"] == "RECEIVED"
    town.rest()
    assert tasks(clerk) == []
    with pytest.raises(Refusal):
        clerk.post(f"/purchase-orders/{order['number']}/close", {"reason": "x"})
    closed = erp.post(f"/purchase-orders/{order['number']}/close", {"reason": "No more"})
    assert closed["status"] == "CLOSED_SHORT"
    asked = {"sku": ["KETTLE", "CABLE"], "store": "tverskaya"}
    assert erp.get("/incoming", **asked)["items"] == []
    town.rest()
    assert broken() == set()


def test_a_transfer_loses_a_parcel_that_turns_up_later(town: Town, erp: Visitor) -> None:
    here, there = town.clerk("tverskaya"), town.clerk("arbat")
    asked = {
        "source_store": "tverskaya",
        "target_store": "arbat",
        "lines": [some("CABLE", 8)],
    }
    number = there.post("/transfers", asked)["number"]
    with pytest.raises(Refusal) as refusal:
        there.post(f"/transfers/{number}/approve")
    assert refusal.value.code == "wrong_end"
    here.post(f"/transfers/{number}/approve")
    assert town.units("tverskaya", "CABLE") == (20, 8)
    town.rest()
    assert tasks(here) == [("DISPATCH", number)]
    here.post(f"/transfers/{number}/dispatch")
    town.rest()
    assert (tasks(here), tasks(there)) == ([], [("RECEIVE", number)])

    come = {"lines": [some("CABLE", 5)], "reference": "parcel-1"}
    for _time in range(2):
        told = there.post(f"/transfers/{number}/receive", come)
        assert (told["status"], told["lines"][0]["in_transit"]) == ("PARTLY_RECEIVED", 3)
    with pytest.raises(Refusal):
        there.post(f"/transfers/{number}/write-off", {"reason": "Lost"})
    told = erp.post(f"/transfers/{number}/write-off", {"reason": "Lost by the carrier"})
    assert (told["status"], told["lines"][0]["lost"]) == ("CLOSED_SHORT", 3)
    town.rest()
    assert tasks(there) == []

    told = there.post(f"/transfers/{number}/receive", {"lines": [some("CABLE", 3)]})
    assert (told["status"], told["lines"][0]["lost"]) == ("RECEIVED", 0)
    assert town.units("tverskaya", "CABLE") == (12, 0)
    assert town.units("arbat", "CABLE") == (28, 0)
    town.rest()
    assert broken() == set()
