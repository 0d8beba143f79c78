"""Each rule of policies, proposals, what was measured and who waits is broken once, and
the database refuses it by its name."""

from datetime import timedelta

import pytest

from inventory.replenishment.models import (
    Proposal,
    ReorderPolicy,
    ShelfState,
    StockWait,
    Velocity,
)
from tests.clock import NOON
from tests.factories.inventory import sku
from tests.inventory.given import place
from tests.inventory.replenishment.given import supplier
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db
LATER, TODAY = NOON + timedelta(days=1), NOON.date()
BOUGHT = {"kind": "PURCHASE", "source": None, "supplier": "svet"}
ACCEPTED = {"status": "ACCEPTED", "decided_at": NOON, "document": "T-1"}
DISMISSED = {"status": "DISMISSED", "decided_at": NOON, "dismiss_reason": "x"}
OUTDATED = {"status": "OUTDATED", "decided_at": NOON}
MARKS = {"safety_stock": 1, "reorder_point": 2, "target": 3}
NOBODY = {"phone": "", "customer_number": "C-1"}
CANCELLED = {**NOBODY, "status": "CANCELLED", "ended_at": NOON}
CHANCE = {"told_after": 1, "chance_ends_at": LATER}
TOLD = {
    **CANCELLED,
    **CHANCE,
    "status": "TOLD",
    "told_at": NOON,
    "told_store": "msk-1",
}

USUAL: Usual = {
    ReorderPolicy: {"code": "all"},
    Proposal: {
        "number": "O-1",
        "kind": "TRANSFER",
        "store": "msk-1",
        "sku": "S-1",
        "source": "spb-1",
        "quantity": 1,
        "created_at": NOON,
    },
    ShelfState: {
        "store": "msk-1",
        "sku": "S-1",
        "state": "LOW",
        "on_hand": 1,
        "since": NOON,
    },
    Velocity: {
        "store": "msk-1",
        "sku": "S-1",
        "per_day": 1,
        "deviation": 1,
        "days": 7,
        "sold": 7,
        "since_date": TODAY,
        "until_date": TODAY,
        "computed_at": NOON,
    },
    StockWait: {
        "number": "W-1",
        "sku": "S-1",
        "channel": "SITE",
        "registered_by": "site",
        "phone": "+79161234567",
        "created_at": NOON,
        "ends_at": LATER,
    },
}
BREACHES = [
    Breach(
        "one_reorder_policy_per_place_and_goods",
        ReorderPolicy,
        {"is_active": True},
        {"code": "other", "is_active": False},
        beside={},
    ),
    Breach(
        "one_reorder_policy_per_place_and_goods",
        ReorderPolicy,
        {"store": "msk-1"},
        {"code": "other", "category": "phones"},
        beside={"store": "msk-1", "category": "phones"},
    ),
    Breach(
        "reorder_policy_is_for_a_category_or_a_sku",
        ReorderPolicy,
        {"category": "phones"},
        {"sku": "S-1"},
    ),
    Breach(
        "reorder_policy_names_one_origin",
        ReorderPolicy,
        {"source": "spb-1"},
        {"supplier": "svet"},
    ),
    Breach(
        "no_place_is_fed_by_itself",
        ReorderPolicy,
        {"source": "msk-1"},
        {"store": "msk-1", "source": "spb-1"},
    ),
    Breach(
        "service_level_is_from_half_to_almost_all", ReorderPolicy, {"service_level": 49}
    ),
    Breach(
        "service_level_is_from_half_to_almost_all", ReorderPolicy, {"service_level": 100}
    ),
    *(
        Breach("reorder_days_lie_within_a_year", ReorderPolicy, {days: wrong})
        for days in ("lead_time_days", "lead_time_deviation", "review_days")
        for wrong in (-1, 366)
    ),
    Breach("smoothing_weighs_less_than_all", ReorderPolicy, {"smoothing": -1}),
    Breach("smoothing_weighs_less_than_all", ReorderPolicy, {"smoothing": 1}),
    Breach("an_order_has_a_unit_at_least", ReorderPolicy, {"pack_size": 0}),
    Breach("an_order_has_a_unit_at_least", ReorderPolicy, {"least_order": 0}),
    Breach("a_shelf_holds_what_it_shows", ReorderPolicy, {"most_on_hand": 0}),
    Breach(
        "a_shelf_holds_what_it_shows",
        ReorderPolicy,
        {"most_on_hand": 1},
        {"least_on_hand": 2, "most_on_hand": 2},
    ),
    Breach(
        "one_open_proposal_per_sku_and_way",
        Proposal,
        {"status": "OPEN", "decided_at": None},
        {**OUTDATED, "number": "O-2"},
        beside={},
    ),
    Breach("proposal_says_where_from", Proposal, {"supplier": "svet"}),
    Breach("proposal_says_where_from", Proposal, {"source": None}),
    Breach("proposal_says_where_from", Proposal, {"kind": "TRANSFER"}, BOUGHT),
    Breach("proposal_brings_goods_from_elsewhere", Proposal, {"source": "msk-1"}),
    Breach("proposal_brings_something", Proposal, {"quantity": 0}),
    Breach("proposal_is_decided_when_it_says_so", Proposal, {"decided_at": NOON}),
    Breach("proposal_is_decided_when_it_says_so", Proposal, {"decided_at": None}, OUTDATED),
    Breach("accepted_proposal_names_its_document", Proposal, {"document": "T-1"}),
    Breach("accepted_proposal_names_its_document", Proposal, {"document": ""}, ACCEPTED),
    Breach("dismissed_proposal_says_why", Proposal, {"dismiss_reason": "x"}),
    Breach("dismissed_proposal_says_why", Proposal, {"dismiss_reason": ""}, DISMISSED),
    Breach(
        "one_state_per_place_and_sku",
        ShelfState,
        {"store": "msk-1"},
        {"store": "spb-1"},
        beside={},
    ),
    Breach(
        "one_velocity_per_place_and_sku",
        Velocity,
        {"store": "msk-1"},
        {"store": "spb-1"},
        beside={},
    ),
    Breach("velocity_is_not_negative", Velocity, {"per_day": -1}),
    Breach("velocity_is_not_negative", Velocity, {"deviation": -1}),
    Breach("marks_stand_in_order", Velocity, {"safety_stock": 3}, MARKS),
    Breach("marks_stand_in_order", Velocity, {"reorder_point": 4}, MARKS),
    Breach("wait_is_for_something", StockWait, {"quantity": 0}),
    Breach("wait_says_whom_to_tell", StockWait, {"phone": ""}),
    *(
        Breach("ended_wait_forgets_its_guest", StockWait, {word: "x"}, CANCELLED)
        for word in ("name", "phone", "email")
    ),
    Breach("wait_is_told_when_it_says_so", StockWait, {"told_store": "msk-1"}),
    Breach("wait_is_told_when_it_says_so", StockWait, {"told_store": None}, TOLD),
    Breach("who_is_told_has_a_first_chance", StockWait, {"chance_ends_at": LATER}),
    Breach("who_is_told_has_a_first_chance", StockWait, {"told_after": 1}),
    Breach("who_is_told_has_a_first_chance", StockWait, {"told_after": None}, TOLD),
    Breach("who_is_told_has_a_first_chance", StockWait, {"chance_ends_at": None}, TOLD),
    Breach(
        "who_is_told_has_a_first_chance",
        StockWait,
        {"chance_ends_at": NOON - timedelta(seconds=1)},
        TOLD,
    ),
    Breach("wait_is_over_when_it_says_so", StockWait, {"ended_at": NOON}),
    Breach("wait_is_over_when_it_says_so", StockWait, {"ended_at": None}, CANCELLED),
    Breach("wait_ends_after_it_began", StockWait, {"ends_at": NOON}),
    *(
        Breach(
            rule,
            StockWait,
            {word: "x"},
            {"number": "W-2", "phone": "", word: "y"},
            beside={"phone": "", word: "x"},
        )
        for rule, word in (
            ("one_wait_per_customer_number_sku_and_place", "customer_number"),
            ("one_wait_per_phone_sku_and_place", "phone"),
            ("one_wait_per_email_sku_and_place", "email"),
        )
    ),
]


@pytest.fixture(autouse=True)
def places() -> None:
    place()
    place("spb-1")
    supplier()
    sku("S-1")


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
