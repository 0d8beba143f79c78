"""Each rule of what is to come, is announced, counted and taken in is broken once, and the
database refuses it by its name."""

import pytest

from inventory.supply.models import (
    DatedPromise,
    IncomingLine,
    Receipt,
    ReceiptLine,
    ShipNotice,
    ShipNoticeLine,
    TallyLine,
)
from inventory.supply.operations import Counted
from tests.clock import NOON
from tests.inventory.supply.given import (
    announced,
    come,
    drafted,
    ordered,
    requested,
)
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db
CLOSED = {"status": "RECEIVED", "closed_at": NOON}
SERVED = {"status": "ALLOCATED", "ended_at": NOON}
NOTICE = {"kind": "NOTICE", "order": 0, "notice": "N-1"}
TRANSFER = {"kind": "TRANSFER", "transfer": 0}

USUAL: Usual = {
    IncomingLine: {
        "store": "msk-1",
        "sku": "S-1",
        "transfer_line": 0,
        "expected_at": NOON,
        "units": 3,
    },
    DatedPromise: {
        "incoming": 0,
        "quantity": 1,
        "status": "WAITING",
        "owner": "order:R-1",
        "reference": "R-1",
        "line": "1",
        "promised_for": NOON,
        "created_at": NOON,
    },
    ShipNotice: {"number": "N-2", "order": 0, "expected_at": NOON, "announced_at": NOON},
    ShipNoticeLine: {"notice": "N-1", "sku": "S-2", "quantity": 1},
    Receipt: {
        "number": "D-2",
        "kind": "BLIND",
        "store": "msk-1",
        "reference": "lorry-2",
        "received_by": "x",
        "at": NOON,
    },
    ReceiptLine: {"receipt": 0, "sku": "S-1", "condition": "DAMAGED", "quantity": 2},
    TallyLine: {
        "store": "msk-1",
        "employee": "e-1",
        "document": "P-1",
        "sku": "S-1",
        "condition": "GOOD",
        "quantity": 1,
        "changed_at": NOON,
    },
}
BREACHES = [
    Breach(
        "no_more_is_promised_than_is_to_come",
        IncomingLine,
        {"promised": 4},
        {"promised": 3},
    ),
    Breach("incoming_line_comes_with_one_document", IncomingLine, {"transfer_line": None}),
    Breach("incoming_line_comes_with_one_document", IncomingLine, {"order_line": 1}),
    Breach(
        "one_waiting_promise_per_reference_line_and_delivery",
        DatedPromise,
        {"line": "1"},
        {"line": "2"},
        beside={},
    ),
    Breach(
        "one_waiting_promise_per_reference_line_and_delivery",
        DatedPromise,
        {"status": "WAITING", "ended_at": None},
        SERVED,
        beside={},
    ),
    Breach("dated_promise_keeps_something", DatedPromise, {"quantity": 0}),
    Breach("dated_promise_has_an_owner", DatedPromise, {"owner": ""}),
    Breach("dated_promise_has_an_owner", DatedPromise, {"reference": ""}),
    Breach("dated_promise_has_an_owner", DatedPromise, {"line": ""}),
    Breach("dated_promise_is_ended_when_it_says_so", DatedPromise, {"ended_at": NOON}),
    Breach(
        "dated_promise_is_ended_when_it_says_so", DatedPromise, {"ended_at": None}, SERVED
    ),
    Breach("ship_notice_is_closed_when_it_says_so", ShipNotice, {"closed_at": NOON}),
    Breach(
        "ship_notice_is_closed_when_it_says_so", ShipNotice, {"closed_at": None}, CLOSED
    ),
    Breach("ship_notice_has_a_number", ShipNotice, {"number": ""}),
    Breach("ship_notice_names_a_sku_once", ShipNoticeLine, {"sku": "S-1"}),
    Breach("ship_notice_line_announces_something", ShipNoticeLine, {"quantity": 0}),
    Breach("one_receipt_per_place_and_reference", Receipt, {"reference": "lorry-1"}),
    Breach("receipt_has_a_reference", Receipt, {"reference": ""}),
    Breach("receipt_knows_its_words_by_a_fingerprint", Receipt, {"told": "10 phones"}),
    Breach("receipt_belongs_to_its_document", Receipt, {"order": 0}),
    Breach("receipt_belongs_to_its_document", Receipt, {"kind": "ORDER"}),
    Breach("receipt_belongs_to_its_document", Receipt, {"order": None}, NOTICE),
    Breach("receipt_belongs_to_its_document", Receipt, {"notice": None}, NOTICE),
    Breach("receipt_belongs_to_its_document", Receipt, {"transfer": None}, TRANSFER),
    Breach("receipt_belongs_to_its_document", Receipt, {"order": 0}, TRANSFER),
    Breach("receipt_names_a_sku_and_condition_once", ReceiptLine, {"condition": "GOOD"}),
    Breach("receipt_line_takes_something_in", ReceiptLine, {"quantity": 0}),
    Breach(
        "receipt_line_takes_something_in", ReceiptLine, {"was_lost": 3}, {"was_lost": 2}
    ),
    Breach(
        "one_tally_per_clerk_document_sku_condition_and_lot",
        TallyLine,
        {"lot": ""},
        {"lot": "L-1"},
        beside={},
    ),
    Breach("tally_counts_something", TallyLine, {"quantity": 0}),
    Breach(
        "tally_counts_something",
        TallyLine,
        {"quantity": 1_000_001},
        {"quantity": 1_000_000},
    ),
    Breach("tally_names_no_more_than_it_counts", TallyLine, {"serials": ["A1", "A2"]}),
]


@pytest.fixture(autouse=True)
def deliveries() -> None:
    order = ordered()
    announced(order, 5)
    come(order, Counted("S-1", 1), reference="lorry-1")
    drafted(sku="S-2")
    requested()


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
