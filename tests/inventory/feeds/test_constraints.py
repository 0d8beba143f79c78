"""Each rule of feeds and exchanges is broken once, and the database refuses it by its
name."""

import pytest

from inventory.feeds.models import ExchangeFile, ExchangePart, Feed, FeedError, OutsideCode
from tests.clock import NOON
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db
LANDED = {"status": "LANDED", "ended_at": NOON}
REFUSED = {"status": "REFUSED", "ended_at": NOON}
HALF = {"rows_read": 4, "rows_landed": 2, "rows_changed": 1, "rows_refused": 2}

USUAL: Usual = {
    OutsideCode: {"kind": "SKU", "outside_id": "0001", "code": "S-1"},
    ExchangeFile: {
        "session": "s-1",
        "actor_key": "1c",
        "name": "offers.xml",
        "came_at": NOON,
    },
    ExchangePart: {
        "file": "import.xml",
        "position": 1,
        "size": 1,
        "digest": "x",
        "content": b"x",
    },
    Feed: {"number": "I-2", "kind": "stock", "actor_key": "x", "started_at": NOON},
    FeedError: {"feed": "I-1", "line": 1, "message": "x"},
}
BREACHES = [
    Breach(
        "an_outside_id_stands_for_one_code",
        OutsideCode,
        {"outside_id": "0001"},
        {"outside_id": "0002", "code": "S-2"},
        beside={},
    ),
    Breach("outside_code_names_both_sides", OutsideCode, {"outside_id": ""}),
    Breach("outside_code_names_both_sides", OutsideCode, {"code": ""}),
    Breach("a_session_has_one_file_of_a_name", ExchangeFile, {"name": "import.xml"}),
    Breach("exchange_file_has_ended_unless_it_waits", ExchangeFile, {"ended_at": NOON}),
    Breach("exchange_file_has_ended_unless_it_waits", ExchangeFile, {"status": "LANDED"}),
    Breach(
        "exchange_file_has_ended_unless_it_waits", ExchangeFile, {"ended_at": None}, REFUSED
    ),
    Breach("a_piece_begins_where_none_does", ExchangePart, {"position": 0}),
    Breach("a_piece_holds_something", ExchangePart, {"size": 0}),
    Breach("feed_has_ended_unless_it_runs", Feed, {"ended_at": NOON}),
    Breach("feed_has_ended_unless_it_runs", Feed, {"ended_at": None}, LANDED),
    Breach("feed_has_ended_unless_it_runs", Feed, {"status": "BROKEN_OFF"}),
    Breach("feed_lands_no_more_than_it_read", Feed, {"rows_landed": 3}, HALF),
    Breach("feed_lands_no_more_than_it_read", Feed, {"rows_refused": 3}, HALF),
    Breach("feed_lands_no_more_than_it_read", Feed, {"rows_changed": 3}, HALF),
    Breach(
        "refused_feed_has_landed_nothing", Feed, {**HALF, **REFUSED}, {**HALF, **LANDED}
    ),
    Breach("feed_goes_through_no_more_than_it_read", Feed, {"rows_tried": 5}, HALF),
    Breach(
        "rehearsal_leaves_nothing_to_go_on_with",
        Feed,
        {"is_dry_run": True},
        {"status": "BROKEN_OFF", "ended_at": NOON},
    ),
    Breach("feed_is_begun_once_for_a_request", Feed, {"request": "x"}, {"request": "y"}),
    Breach("line_is_counted_from_one", FeedError, {"line": 0}),
]


@pytest.fixture(autouse=True)
def an_exchange() -> None:
    Feed.objects.create(
        number="I-1", kind="stock", actor_key="x", started_at=NOON, request="x"
    )
    file = ExchangeFile.objects.create(
        session="s-1", actor_key="1c", name="import.xml", came_at=NOON
    )
    ExchangePart.objects.create(file=file, position=0, size=1, digest="x", content=b"x")


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
