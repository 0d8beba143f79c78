"""A day is judged by what was told, what was kept and which laws hold."""

from collections import Counter

import httpx
from rich.console import Console

from omniretail.kernel.laws import Verdict
from orders.trading_day.book import Book
from orders.trading_day.client import Tally
from orders.trading_day.closing import Backlog, Ends
from orders.trading_day.reference import Chain
from orders.trading_day.report import Report

NOTHING_LEFT = Backlog(facts=0, messages=0, payments=0)


def report(**changed: object) -> Report:
    """A good day, unless something is said to be otherwise."""
    chain = Chain(places=(), articles=(), workers=(), regulars=(), plan={})
    told: dict[str, object] = {
        "seed": 1,
        "seconds": 60.0,
        "book": Book(chain),
        "tally": Tally(),
        "ends": Ends(Counter({("SITE", "COMPLETED"): 3}), returned=1, wrong=[]),
        "left": NOTHING_LEFT,
        "verdicts": [Verdict("S1", "A level equals its movements", 0.1)],
        "broken": [],
    }
    return Report(**(told | changed))  # type: ignore[arg-type]


def test_a_good_day_has_no_faults() -> None:
    assert report().faults == []


def test_a_broken_law_is_a_fault() -> None:
    broken = Verdict("S1", "A level equals its movements", 0.1, rows=[{"sku": "S-1"}])
    assert len(report(verdicts=[broken]).faults) == 1


def test_what_is_left_over_is_a_fault() -> None:
    assert report(left=Backlog(facts=2, messages=0, payments=0)).faults


def test_a_server_error_is_a_fault_unless_processes_were_killed() -> None:
    tally = Tally()
    tally.saw("GET", "/api/v1/orders", httpx.Response(500))
    assert report(tally=tally).faults == ["1 × 500 GET /api/v1/orders"]
    assert report(tally=tally, are_failures_expected=True).faults == []


def test_only_a_request_that_was_cut_may_find_itself_still_under_way() -> None:
    busy = httpx.Response(503, json={"code": "busy"})
    tally = Tally()
    tally.saw("POST", "/api/v1/carts/1/checkout", busy, has_cut=True)
    assert report(tally=tally).faults == []
    assert (tally.overtaken, tally.answers) == (1, {503: 1})

    tally.saw("POST", "/api/v1/carts/1/checkout", busy)
    tally.saw("POST", "/api/v1/carts/1/checkout", httpx.Response(503), has_cut=True)
    assert report(tally=tally).faults == ["2 × 503 POST /api/v1/carts/1/checkout"]


def test_an_order_told_twice_and_differently_is_a_fault() -> None:
    book = report().book
    book.place("R-1", "SITE", "10.00")
    book.place("R-1", "SITE", "10.00")
    assert book.wrong == []
    book.place("R-1", "SITE", "20.00")
    assert len(report(book=book).faults) == 1


def test_a_batch_sent_twice_must_not_sell_twice() -> None:
    book = report().book
    book.place("R-1", "POS")
    book.note_repeats([{"order_number": "R-1"}, {"order_number": None}])
    assert book.wrong == []
    book.note_repeats([{"order_number": "R-2"}])
    assert len(book.wrong) == 1


def test_the_day_is_told_in_tables() -> None:
    console = Console(record=True, width=100)
    report().print(console)
    told = console.export_text()
    assert "SITE" in told
    assert "every order ended as it should" in told
