"""Each rule of counts is broken once, and the database refuses it by its name."""

import pytest

from inventory.counts.models import CountEntry, CountLine, CountSession, CountTolerance
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import sku
from tests.inventory.given import place
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
DIRECTED = {"kind": "DIRECTED", "zone": "", "proposed_for": TODAY}
COUNTED = {"status": "COUNTED", "counted_at": NOON, "variance_amount": 0}
APPROVED = {**COUNTED, "status": "APPROVED", "approved_at": NOON, "approved_by": "boss"}
CANCELLED = {"status": "CANCELLED", "cancelled_at": NOON, "cancel_reason": "x"}
SEEN = {"counted": 2, "counted_at": NOON, "counted_by": "x"}
KNOWN = {**SEEN, "expected": 3, "variance": -1}

USUAL: Usual = {
    CountSession: {
        "number": "C-2",
        "store": "msk-1",
        "kind": "ZONE",
        "zone": "A",
        "currency": "RUB",
        "opened_at": NOON,
        "opened_by": "x",
    },
    CountLine: {"session": "C-1", "sku": "S-2"},
    CountEntry: {"line": 0, "session": "C-1", "change": 1, "by": "x", "at": NOON},
    CountTolerance: {"category": None},
}
BREACHES = [
    Breach(
        "one_directed_count_per_place_and_day",
        CountSession,
        {"proposed_for": TODAY},
        {**DIRECTED, "proposed_for": TODAY.replace(day=1)},
        beside={**DIRECTED, "number": "C-3"},
    ),
    Breach("count_is_of_a_zone_or_directed", CountSession, {"zone": ""}),
    Breach("count_is_of_a_zone_or_directed", CountSession, {"proposed_for": TODAY}),
    Breach("count_is_of_a_zone_or_directed", CountSession, {"zone": "A"}, DIRECTED),
    Breach("count_has_nine_rounds_at_most", CountSession, {"round": 0}),
    Breach("count_has_nine_rounds_at_most", CountSession, {"round": 10}, {"round": 9}),
    Breach("count_is_counted_when_it_says_so", CountSession, {"counted_at": NOON}),
    Breach("count_is_counted_when_it_says_so", CountSession, {"variance_amount": 1}),
    Breach("count_is_counted_when_it_says_so", CountSession, {"counted_at": None}, COUNTED),
    Breach(
        "count_is_counted_when_it_says_so", CountSession, {"variance_amount": None}, COUNTED
    ),
    Breach("count_is_approved_when_it_says_so", CountSession, {"approved_at": NOON}),
    Breach("count_is_approved_when_it_says_so", CountSession, {"approved_by": "boss"}),
    Breach(
        "count_is_approved_when_it_says_so", CountSession, {"approved_at": None}, APPROVED
    ),
    Breach(
        "count_is_approved_when_it_says_so", CountSession, {"approved_by": ""}, APPROVED
    ),
    Breach("count_is_called_off_with_a_reason", CountSession, {"cancelled_at": NOON}),
    Breach("count_is_called_off_with_a_reason", CountSession, {"cancel_reason": "x"}),
    Breach(
        "count_is_called_off_with_a_reason", CountSession, {"cancelled_at": None}, CANCELLED
    ),
    Breach(
        "count_is_called_off_with_a_reason", CountSession, {"cancel_reason": ""}, CANCELLED
    ),
    Breach(
        "large_variance_is_approved_by_somebody_else",
        CountSession,
        {"approved_by": "anna"},
        {**APPROVED, "needs_second_person": True, "counters": ["x", "anna"]},
    ),
    Breach("count_names_a_sku_once_a_round", CountLine, {"sku": "S-1"}),
    Breach("count_line_says_when_and_who", CountLine, {"counted_by": "x"}),
    Breach("count_line_says_when_and_who", CountLine, {"counted_by": ""}, SEEN),
    Breach("count_line_says_when_and_who", CountLine, {"counted_at": None}, SEEN),
    Breach(
        "count_line_counts_what_can_be_meant",
        CountLine,
        {"counted": 1_000_001},
        {**SEEN, "counted": 1_000_000},
    ),
    Breach("variance_is_counted_less_expected", CountLine, {"variance": 1}, KNOWN),
    Breach("only_a_known_variance_is_put_right", CountLine, {"posted": -1}, SEEN),
    Breach("only_a_known_variance_is_put_right", CountLine, {"short": 1}, KNOWN),
    Breach(
        "one_scan_of_a_count_per_key",
        CountEntry,
        {"key": "first"},
        {"key": "second"},
        beside={"key": "first"},
    ),
    Breach("scan_is_made_by_somebody", CountEntry, {"by": ""}),
    Breach(
        "one_count_tolerance_per_category",
        CountTolerance,
        {"category": "phones"},
        beside={"category": "phones"},
    ),
    Breach(
        "one_count_tolerance_per_category",
        CountTolerance,
        {"category": None},
        {"category": "phones"},
        beside={},
    ),
    Breach("count_tolerance_is_a_percentage", CountTolerance, {"percent": 101}),
]


@pytest.fixture(autouse=True)
def a_count() -> None:
    place()
    sku("S-2")
    session = CountSession.objects.create(
        number="C-1",
        store=Store.objects.get(),
        kind="ZONE",
        zone="A",
        currency="RUB",
        opened_at=NOON,
        opened_by="x",
    )
    CountLine.objects.create(session=session, sku=sku("S-1"))


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
