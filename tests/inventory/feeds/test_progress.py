"""How far an import is, others see while it runs: of a rehearsal as of any other."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from inventory.feeds.landing.outcome import Landing
from inventory.feeds.models import Feed
from inventory.feeds.operations import (
    FeedReport,
    FeedTerms,
    end_abandoned_feeds,
    import_csv,
    import_rows,
    importing,
    telling_aside,
)
from inventory.feeds.running import running
from inventory.feeds.staging import Stage
from inventory.stock.models import StockLevel
from omniretail.kernel.actors import SYSTEM
from tests.callers import as_client
from tests.clock import NOON
from tests.inventory.feeds.test_breaking_off import HEADING, skus
from tests.inventory.given import place
from tests.races.barrier import run_together

Seen = tuple[int, int, int | None, int, int]
REST = "/api/v1/feeds"


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Five SKUs at one place; imports land two lines at a time."""
    place()
    monkeypatch.setattr(importing, "BATCH", 2)
    return skus(5)


def text_of(codes: list[str]) -> bytes:
    lines = [f"msk-1,{code},7" for code in codes]
    lines.insert(3, "msk-1,nobody,7")
    return (HEADING + "\n".join(lines) + "\n").encode()


def watched(codes: list[str], **treatment: Any) -> tuple[list[Seen], FeedReport]:
    """What a program reads over REST on a connection of its own after each step."""
    caller, seen = as_client("catalogue:write", "stock:write"), list[Seen]()

    def look() -> dict[str, Any]:
        (told,) = caller.get(REST).json()["items"]
        return dict(told)

    def step(name: str, _rows: int) -> None:
        (told,) = run_together([look])
        assert isinstance(told, dict), told
        assert told["status"] == "RUNNING"
        if name == "landing":
            columns = "rows_read", "rows_tried", "percent", "rows_landed", "rows_changed"
            seen.append(tuple(told[column] for column in columns))

    stream, terms = io.BytesIO(text_of(codes)), FeedTerms("stock", **treatment)
    report = import_csv(stream=stream, terms=terms, by=SYSTEM, at=NOON, progress=step)
    return seen, report


@contextmanager
def told_nobody(feed: Feed) -> Iterator[telling_aside.TellAside]:
    def tell(_stage: Stage, _landing: Landing) -> None:
        feed.rows_tried = 0

    yield tell


LANDED = [(6, 2, 33, 1, 1), (6, 4, 66, 3, 3), (6, 5, 83, 4, 4), (6, 6, 100, 5, 5)]


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_tells_as_much_as_the_real_run(codes: list[str]) -> None:
    rehearsed, report = watched(codes, is_dry_run=True)
    assert (report.status, report.rows_landed) == ("LANDED", 5)
    assert not StockLevel.objects.exists()
    Feed.objects.all().delete()
    real, report = watched(codes)
    assert (report.status, report.rows_landed) == ("LANDED", 5)
    assert rehearsed == real == LANDED


@pytest.mark.django_db(transaction=True)
def test_all_or_nothing_tells_how_far_it_is_and_that_nothing_has_landed(
    codes: list[str],
) -> None:
    seen, report = watched(codes, is_all_or_nothing=True)
    assert seen == [(read, tried, part, 0, 0) for read, tried, part, *_rest in LANDED]
    assert report.status == "REFUSED"
    feed = Feed.objects.get()
    assert (feed.rows_landed, feed.percent) == (0, 100)


@pytest.mark.django_db(transaction=True)
def test_told_inside_the_transaction_nobody_would_know(
    codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "told_aside", told_nobody)
    seen, _report = watched(codes, is_dry_run=True)
    assert seen == [(6, 0, 0, 0, 0)] * len(LANDED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whole", ["is_dry_run", "is_all_or_nothing"])
def test_what_cannot_be_told_stops_no_import(
    codes: list[str], monkeypatch: pytest.MonkeyPatch, whole: str
) -> None:
    monkeypatch.setattr(telling_aside, "_TOLD", "SELECT 1 / 0")
    rows = [{"store_code": "msk-1", "sku_code": code, "on_hand": 7} for code in codes]
    given: dict[str, Any] = {whole: True}
    terms = FeedTerms("stock", **given)
    report = import_rows(rows=rows, terms=terms, by=SYSTEM, at=NOON)
    assert (report.status, report.rows_landed) == ("LANDED", 5)
    assert StockLevel.objects.count() == (0 if whole == "is_dry_run" else 5)


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_that_fails_midway_has_landed_nothing(codes: list[str]) -> None:
    def fail(name: str, rows: int) -> None:
        if name == "landing" and rows > 2:
            raise OSError("no space left")

    stream, terms = io.BytesIO(text_of(codes)), FeedTerms("stock", is_dry_run=True)
    with pytest.raises(OSError, match="no space"):
        import_csv(stream=stream, terms=terms, by=SYSTEM, at=NOON, progress=fail)
    feed = Feed.objects.get()
    assert (feed.status, feed.refusal, feed.percent) == ("REFUSED", "no space left", 66)
    assert (feed.rows_landed, feed.rows_changed) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_whose_process_died_has_landed_nothing() -> None:
    feed = Feed(number="I1", kind="stock", is_dry_run=True, started_at=NOON)
    with running(feed):
        Feed.objects.update(rows_read=9, rows_tried=5, rows_landed=5, rows_changed=4)
    assert end_abandoned_feeds(at=NOON, limit=9) == 1
    ended = Feed.objects.get()
    assert (ended.status, ended.rows_landed, ended.rows_changed) == ("REFUSED", 0, 0)


@pytest.mark.django_db
def test_the_admin_says_how_far_each_is(admin_client: Any) -> None:
    Feed.objects.create(
        number="I1", kind="stock", rows_read=8, rows_tried=3, started_at=NOON
    )
    Feed.objects.create(number="I2", kind="stock", started_at=NOON)
    page = admin_client.get("/admin/inventory/feed/").content.decode()
    assert "37 %" in page
    assert "—" in page
