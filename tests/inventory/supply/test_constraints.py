"""Each rule of suppliers, orders to them and transfers is broken once, and the database
refuses it by its name."""

import pytest

from inventory.supply.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    Transfer,
    TransferLine,
)
from tests.clock import NOON
from tests.factories.inventory import sku
from tests.inventory.supply.given import drafted, requested
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db
ORDERED = {"status": "ORDERED", "ordered_at": NOON}
CLOSED = {**ORDERED, "status": "CLOSED_SHORT", "closed_at": NOON, "close_reason": "x"}
GIVEN_UP = {"status": "CANCELLED", "closed_at": NOON, "close_reason": "x"}
APPROVED = {"status": "APPROVED", "approved_at": NOON, "approved_by": "boss"}
SENT = {
    **APPROVED,
    "status": "DISPATCHED",
    "dispatched_at": NOON,
    "dispatched_by": "x",
    "expected_at": NOON,
}
LOST = {**SENT, "status": "CLOSED_SHORT", "closed_at": NOON, "close_reason": "x"}
MOVING = {"requested": 5, "approved": 4, "dispatched": 3, "received": 2, "lost": 1}

USUAL: Usual = {
    Supplier: {"code": "luna", "name": "Луна"},
    PurchaseOrder: {
        "number": "P-2",
        "supplier": "svet",
        "store": "msk-1",
        "currency": "RUB",
        "expected_on": NOON.date(),
        "created_at": NOON,
        "created_by": "x",
    },
    PurchaseOrderLine: {
        "order": 0,
        "position": 2,
        "sku": "S-2",
        "quantity": 4,
        "most": 5,
    },
    Transfer: {
        "number": "T-2",
        "source": "msk-1",
        "target": "spb-1",
        "due_at": NOON,
        "requested_at": NOON,
        "requested_by": "anna",
    },
    TransferLine: {"transfer": 0, "position": 2, "sku": "S-2", "requested": 4},
}
BREACHES = [
    Breach("supplier_tolerances_are_percentages", Supplier, {"over_percent": 101}),
    Breach("supplier_tolerances_are_percentages", Supplier, {"under_percent": 101}),
    Breach("supplier_delivers_within_a_year", Supplier, {"lead_time_days": 366}),
    Breach("supplier_has_a_name", Supplier, {"name": ""}),
    Breach("supplier_has_a_name", Supplier, {"code": ""}),
    Breach("purchase_order_is_placed_when_it_says_so", PurchaseOrder, {"ordered_at": NOON}),
    Breach(
        "purchase_order_is_placed_when_it_says_so",
        PurchaseOrder,
        {"ordered_at": None},
        ORDERED,
    ),
    Breach("purchase_order_is_closed_when_it_says_so", PurchaseOrder, {"closed_at": NOON}),
    Breach(
        "purchase_order_is_closed_when_it_says_so",
        PurchaseOrder,
        {"closed_at": None},
        CLOSED,
    ),
    Breach(
        "purchase_order_closed_early_says_why", PurchaseOrder, {"close_reason": ""}, CLOSED
    ),
    Breach(
        "purchase_order_closed_early_says_why",
        PurchaseOrder,
        {"close_reason": ""},
        GIVEN_UP,
    ),
    Breach("purchase_order_names_a_sku_once", PurchaseOrderLine, {"sku": "S-1"}),
    Breach("purchase_order_line_asks_for_something", PurchaseOrderLine, {"quantity": 0}),
    Breach("purchase_order_line_asks_for_something", PurchaseOrderLine, {"most": 3}),
    Breach(
        "no_more_is_received_than_tolerated",
        PurchaseOrderLine,
        {"received": 6},
        {"received": 5},
    ),
    Breach(
        "purchase_cost_is_not_negative",
        PurchaseOrderLine,
        {"unit_cost_amount": -1},
        {"unit_cost_amount": 0},
    ),
    Breach("transfer_goes_somewhere_else", Transfer, {"target": "msk-1"}),
    Breach("transfer_is_approved_when_it_says_so", Transfer, {"approved_at": NOON}),
    Breach("transfer_is_approved_when_it_says_so", Transfer, {"approved_by": "boss"}),
    Breach(
        "transfer_is_approved_when_it_says_so", Transfer, {"approved_at": None}, APPROVED
    ),
    Breach("transfer_is_approved_when_it_says_so", Transfer, {"approved_by": ""}, APPROVED),
    Breach(
        "large_transfer_is_approved_by_somebody_else",
        Transfer,
        {"approved_by": "anna"},
        {**APPROVED, "needs_second_person": True},
    ),
    Breach(
        "large_loss_is_recorded_by_somebody_else",
        Transfer,
        {"settled_by": "x"},
        {**LOST, "needs_second_person": True, "settled_by": "boss"},
    ),
    Breach("transfer_is_sent_when_it_says_so", Transfer, {"dispatched_at": NOON}),
    Breach("transfer_is_sent_when_it_says_so", Transfer, {"dispatched_by": "x"}, APPROVED),
    Breach("transfer_is_sent_when_it_says_so", Transfer, {"expected_at": NOON}),
    Breach("transfer_is_sent_when_it_says_so", Transfer, {"dispatched_at": None}, SENT),
    Breach("transfer_is_sent_when_it_says_so", Transfer, {"dispatched_by": ""}, SENT),
    Breach("transfer_is_sent_when_it_says_so", Transfer, {"expected_at": None}, SENT),
    Breach("transfer_is_closed_when_it_says_so", Transfer, {"closed_at": NOON}),
    Breach("transfer_is_closed_when_it_says_so", Transfer, {"closed_at": None}, LOST),
    Breach("transfer_closed_early_says_why", Transfer, {"close_reason": ""}, LOST),
    Breach("transfer_closed_early_says_why", Transfer, {"close_reason": ""}, GIVEN_UP),
    Breach("transfer_names_a_sku_once", TransferLine, {"sku": "S-1"}),
    Breach("transfer_line_asks_for_something", TransferLine, {"requested": 0}),
    Breach(
        "no_more_is_sent_than_approved_and_requested",
        TransferLine,
        {"approved": 6},
        MOVING,
    ),
    Breach(
        "no_more_is_sent_than_approved_and_requested",
        TransferLine,
        {"dispatched": 5},
        MOVING,
    ),
    Breach("no_more_arrives_than_was_sent", TransferLine, {"received": 3}, MOVING),
    Breach("no_more_arrives_than_was_sent", TransferLine, {"lost": 2}, MOVING),
]


@pytest.fixture(autouse=True)
def documents() -> None:
    drafted()
    requested()
    sku("S-2")


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
