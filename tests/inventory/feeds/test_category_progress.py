"""Categories land from the top down, batch by batch in one transaction: how far they are is
told, and what lies in a ring is refused by its line."""

import io
import tracemalloc
from typing import Any

import pytest

from inventory.catalogue.models import Category
from inventory.catalogue.queries import categories
from inventory.feeds import staging
from inventory.feeds.models import Feed
from inventory.feeds.operations import FeedReport, FeedTerms, import_csv, importing
from omniretail.kernel.actors import SYSTEM
from tests.callers import as_client
from tests.clock import NOON
from tests.inventory.feeds.test_importing import land, why
from tests.races.barrier import run_together

HEADING = "code,name,parent\n"
BOTTOM_UP = HEADING + "e,E,d\nd,D,c\nc,C,b\nb,B,a\na,A,\n"
CHAIN = {"a": None, "b": "a", "c": "b", "d": "c", "e": "d"}
RING = "y,Y,x\nx,X,y\n"
Seen = tuple[int, int, int | None, int]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)


def parents() -> dict[str, str | None]:
    return {one.code: one.parent_code for one in categories()}


def watched(text: str, **treatment: Any) -> tuple[list[Seen], list[int], FeedReport]:
    """What a program reads over REST after each step, and what whoever imports is told."""
    caller, seen, told = as_client("catalogue:write"), list[Seen](), list[int]()

    def look() -> dict[str, Any]:
        (one,) = caller.get("/api/v1/feeds").json()["items"]
        return dict(one)

    def step(name: str, rows: int) -> None:
        if name != "landing":
            return
        (one,) = run_together([look])
        assert isinstance(one, dict), one
        seen.append(
            (one["rows_read"], one["rows_tried"], one["percent"], one["rows_landed"])
        )
        told.append(rows)

    stream, terms = io.BytesIO(text.encode()), FeedTerms("categories", **treatment)
    report = import_csv(stream=stream, terms=terms, by=SYSTEM, at=NOON, progress=step)
    return seen, told, report


@pytest.mark.django_db(transaction=True)
def test_a_file_of_categories_tells_how_far_it_is_and_lands_at_once() -> None:
    seen, told, report = watched(BOTTOM_UP)
    assert seen == [(5, 2, 40, 0), (5, 4, 80, 0), (5, 5, 100, 0)]
    assert told == [2, 4, 5]
    assert (report.rows_landed, report.rows_changed) == (5, 5)
    assert parents() == CHAIN


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_of_it_tells_what_would_land() -> None:
    seen, told, report = watched(BOTTOM_UP + RING, is_dry_run=True)
    assert seen == [(7, 4, 57, 2), (7, 6, 85, 4), (7, 7, 100, 5), (7, 7, 100, 5)]
    assert told == [2, 4, 5, 5]
    assert (report.rows_landed, report.rows_refused) == (5, 2)
    assert not Category.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_import_that_fails_midway_leaves_no_category() -> None:
    def fail(name: str, rows: int) -> None:
        if name == "landing" and rows > 2:
            raise OSError("no space left")

    stream, terms = io.BytesIO(BOTTOM_UP.encode()), FeedTerms("categories")
    with pytest.raises(OSError, match="no space"):
        import_csv(stream=stream, terms=terms, by=SYSTEM, at=NOON, progress=fail)
    assert not Category.objects.exists()
    assert (Feed.objects.get().rows_landed, Feed.objects.get().percent) == (0, 80)
    assert land("categories", BOTTOM_UP).rows_landed == 5


@pytest.mark.django_db
def test_each_is_written_after_what_it_lies_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    land("categories", BOTTOM_UP)
    assert "".join(Category.objects.order_by("pk").values_list("code", flat=True)) == (
        "abcde"
    )


@pytest.mark.django_db
def test_a_ring_and_all_below_it_are_refused_by_their_lines() -> None:
    report = land("categories", BOTTOM_UP + RING + "z,Z,y\nq,Q,nobody\nself,S,self\n")
    unknown = "There is no such category above it."
    loose = "The category above it lies inside it, or hangs on nothing itself."
    assert why(report) == [
        (line, "parent", unknown if line == 10 else loose) for line in range(7, 12)
    ]
    assert [one.value for one in report.refusals] == ["x", "y", "y", "nobody", "self"]
    assert parents() == CHAIN


@pytest.mark.django_db
def test_a_ring_that_what_is_known_would_close_is_refused() -> None:
    land("categories", BOTTOM_UP)
    report = land("categories", HEADING + "b,B,e\nf,F,e\ng,G,a\n")
    loose = "The category above it lies inside it, or hangs on nothing itself."
    assert why(report) == [(2, "parent", loose), (3, "parent", loose)]
    assert parents() == CHAIN | {"g": "a"}


@pytest.mark.django_db
def test_categories_that_change_places_find_each_other() -> None:
    land("categories", BOTTOM_UP)
    turned = land("categories", HEADING + "a,A,b\nb,B,c\nc,C,d\nd,D,e\ne,E,\n")
    assert (turned.rows_landed, turned.rows_changed, turned.refusals) == (5, 5, ())
    assert parents() == {"a": "b", "b": "c", "c": "d", "d": "e", "e": None}
    assert land("categories", HEADING + "a,A,b\ne,E,\n").rows_changed == 0


@pytest.mark.django_db
def test_many_categories_land_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (importing, staging):
        monkeypatch.setattr(room, "BATCH", 1_000)
    peaks = []
    for letter, many in (("s", 3_000), ("l", 9_000)):
        lines = (
            f"{letter}{n},Name {n},{letter}{(n - 1) // 8}\n" for n in range(many - 1, 0, -1)
        )
        stream = io.BytesIO(f"{HEADING}{''.join(lines)}{letter}0,Top,\n".encode())
        tracemalloc.start()
        report = import_csv(
            stream=stream, terms=FeedTerms("categories"), by=SYSTEM, at=NOON
        )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert (report.rows_landed, report.rows_refused) == (many, 0)
    assert peaks[1] < peaks[0] * 1.2
