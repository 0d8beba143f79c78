"""An import whose process dies says how far it came, and the same file lands the rest."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import IntegrityError, connection, transaction

from inventory.catalogue.models import Sku
from inventory.feeds.models import Feed
from inventory.feeds.operations import (
    FeedNotResumable,
    FeedReport,
    FeedTerms,
    ImportUnderWay,
    end_abandoned_feeds,
    import_csv,
    importing,
)
from inventory.feeds.reading import FeedUnreadable
from inventory.feeds.running import running
from inventory.feeds.staging import BATCH
from inventory.stock.models import StockLevel
from inventory.stock.operations import sell_stock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import OutboxFact
from tests.clock import NOON
from tests.factories.inventory import ProductFactory
from tests.inventory.given import figures, place
from tests.lawbook import broken
from tests.races.barrier import run_together

CHECKOUT = Path(__file__).resolve().parents[3]
HEADING = "store_code,sku_code,on_hand\n"
PATIENCE = 180.0


def skus(units: int) -> list[str]:
    """So many SKUs with nothing on hand anywhere."""
    product = ProductFactory.create()
    codes = [f"S-{number:05}" for number in range(units)]
    Sku.objects.bulk_create(
        Sku(code=code, product=product, name=code, tax_rate=20) for code in codes
    )
    return codes


def land(text: str) -> FeedReport:
    return import_csv(
        stream=io.BytesIO(text.encode()), terms=FeedTerms("stock"), by=SYSTEM, at=NOON
    )


def wait_for(what: Callable[[], object]) -> None:
    """Something that another process is about to do."""
    given_up_at = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < given_up_at
        time.sleep(0.05)


def test_database() -> str:
    """The address of the database these tests run on."""
    known = connection.get_connection_params()
    where = {name: known[name] for name in ("host", "port") if known.get(name)}
    secret = f":{quote(known['password'], safe='')}" if known.get("password") else ""
    return f"postgres://{known['user']}{secret}@/{known['dbname']}?{urlencode(where)}"


test_database.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_is_closed_and_can_be_repeated(tmp_path: Path) -> None:
    place()
    codes = skus(BATCH)  # the heading is a line too: the last one is a batch by itself
    text = HEADING + "".join(f"msk-1,{code},7\n" for code in codes)
    path = tmp_path / "stock.csv"
    path.write_text(text)
    land(f"{HEADING}msk-1,{codes[-1]},1\n")
    feeds, landed = Feed.objects.exclude(pk=Feed.objects.get().pk), BATCH - 1

    said = tmp_path / "said.log"
    with said.open("wb") as sink, transaction.atomic():
        StockLevel.objects.all().locked().get()  # the second batch waits here
        importing = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "manage.py", "import_feed", "stock", str(path)],
            cwd=CHECKOUT,
            env={**os.environ, "DATABASE_URL": test_database()},
            stdout=sink,
            stderr=sink,
        )
        try:
            wait_for(lambda: feeds.filter(rows_landed=landed).exists() or importing.poll())
            assert importing.poll() is None, said.read_text()
            assert end_abandoned_feeds(at=NOON, limit=10) == 0
        finally:
            importing.kill()
            importing.wait()

    wait_for(lambda: end_abandoned_feeds(at=NOON, limit=10))
    feed = feeds.get()
    assert (feed.status, feed.rows_landed) == ("BROKEN_OFF", landed)
    assert (figures(sku=codes[0]), figures(sku=codes[-1])) == ((7, 0), (1, 0))
    told = OutboxFact.objects.filter(payload__feed_number=feed.number)
    assert told.get().payload["rows_landed"] == landed

    again = land(text)
    assert (again.rows_landed, again.rows_changed) == (BATCH, 1)
    assert figures(sku=codes[-1]) == (7, 0)
    assert broken(only={"S1", "S4"}) == set()


@pytest.mark.django_db(transaction=True)
def test_an_import_that_fails_midway_says_what_had_landed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place()
    codes = skus(5)
    monkeypatch.setattr(importing, "BATCH", 2)
    batches: list[int] = []

    def fail_at_the_second(step: str, rows: int) -> None:
        if step == "landing":
            batches.append(rows)
        if len(batches) == 2:
            raise RuntimeError("the lights went out")

    text = HEADING + "".join(f"msk-1,{code},7\n" for code in codes)
    with pytest.raises(RuntimeError, match="lights"):
        import_csv(
            stream=io.BytesIO(text.encode()),
            terms=FeedTerms("stock"),
            by=SYSTEM,
            at=NOON,
            progress=fail_at_the_second,
        )
    feed = Feed.objects.get()
    assert (feed.status, feed.refusal) == ("BROKEN_OFF", "the lights went out")
    assert feed.rows_landed == sum(StockLevel.objects.values_list("on_hand", flat=True)) / 7
    assert 0 < feed.rows_landed < 5
    assert OutboxFact.objects.filter(payload__feed_number=feed.number).count() == 1
    assert land(text).rows_landed == 5


@pytest.mark.django_db(transaction=True)
def test_an_import_that_loses_the_database_is_closed_by_the_clock() -> None:
    place()
    (code,) = skus(1)

    def lose_the_database(step: str, _rows: int) -> None:
        if step == "reading":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Exception, match="terminat"):
        import_csv(
            stream=io.BytesIO(f"{HEADING}msk-1,{code},7\n".encode()),
            terms=FeedTerms("stock"),
            by=SYSTEM,
            at=NOON,
            progress=lose_the_database,
        )
    connection.close()
    assert Feed.objects.get().status == "RUNNING"
    assert end_abandoned_feeds(at=NOON, limit=10) == 1
    assert Feed.objects.get().status == "REFUSED"
    assert not StockLevel.objects.exists()


@pytest.mark.django_db
def test_a_refused_feed_cannot_have_landed_anything() -> None:
    feed = Feed(number="I-1", kind="stock", actor_key="x", started_at=NOON, rows_read=1)
    with running(feed):
        feed.status, feed.ended_at, feed.rows_landed = "REFUSED", NOON, 1
    with (
        pytest.raises(IntegrityError, match="refused_feed_has_landed_nothing"),
        transaction.atomic(),
    ):
        feed.save()


@pytest.mark.django_db(transaction=True)
def test_an_import_that_broke_off_goes_on_behind_what_has_landed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place()
    codes = skus(7)
    monkeypatch.setattr(importing, "BATCH", 3)
    lines = [f"msk-1,{code},7" for code in codes]
    lines[1] = f"msk-1,{codes[1]},many"
    lines[5] = f"msk-1,{codes[0]},9"
    raw = (HEADING + "\n".join(lines)).encode()

    def die_at_the_second(step: str, _rows: int) -> None:
        if step == "landing" and Feed.objects.get().landed_through > 3:
            raise RuntimeError("the lights went out")

    with pytest.raises(RuntimeError, match="lights"):
        go_on(raw, progress=die_at_the_second)
    feed = Feed.objects.get()
    assert (feed.status, feed.landed_through) == ("BROKEN_OFF", 6)
    sell_stock(store_code="msk-1", lines=[(codes[0], 2)], reference="T", by=SYSTEM, at=NOON)

    with pytest.raises(FeedUnreadable):
        go_on(b"", progress=None)  # another file is another import
    report = go_on(raw)
    assert report.number == feed.number
    assert (report.rows_read, report.rows_landed, report.rows_refused) == (7, 5, 2)
    assert [one.line for one in report.refusals] == [3, 7]
    assert figures(sku=codes[0]) == (5, 0), "what has landed is not landed again"
    assert figures(sku=codes[6]) == (7, 0)
    assert broken(only={"S1", "S4"}) == set()
    again = go_on(raw)  # it has landed: this is a new import
    assert (again.number != feed.number, again.rows_changed) == (True, 1)


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_takes_up_no_import_that_broke_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place()
    codes = skus(2)
    monkeypatch.setattr(importing, "BATCH", 2)
    raw = (HEADING + "".join(f"msk-1,{code},7\n" for code in codes)).encode()

    def die(step: str, _rows: int) -> None:
        if step == "landing":
            raise RuntimeError("the lights went out")

    with pytest.raises(RuntimeError, match="lights"):
        go_on(raw, progress=die)
    feed = Feed.objects.get()
    report = go_on(raw, is_dry_run=True)
    assert (report.is_dry_run, report.number != feed.number) == (True, True)
    assert (report.rows_landed, report.rows_changed) == (2, 1)
    assert not StockLevel.objects.filter(sku__code=codes[1]).exists()
    feed.refresh_from_db()
    assert (feed.status, go_on(raw).number) == ("BROKEN_OFF", feed.number)
    assert figures(sku=codes[1]) == (7, 0)


def go_on(
    raw: bytes, progress: importing.Progress | None = None, *, is_dry_run: bool = False
) -> FeedReport:
    terms = FeedTerms("stock", goes_on=True, is_dry_run=is_dry_run)
    return import_csv(
        stream=io.BytesIO(raw), terms=terms, by=SYSTEM, at=NOON, progress=progress
    )


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_process_goes_on_however_many_try(monkeypatch: pytest.MonkeyPatch) -> None:
    place()
    codes = skus(4)
    monkeypatch.setattr(importing, "BATCH", 2)
    raw = (HEADING + "\n".join(f"msk-1,{code},7" for code in codes)).encode()

    def die(step: str, _rows: int) -> None:
        if step == "landing":
            raise RuntimeError("the lights went out")

    with pytest.raises(RuntimeError, match="lights"):
        go_on(raw, progress=die)
    number = Feed.objects.get().number
    answers = run_together([partial(go_on, raw)] * 4)
    reports = [one for one in answers if isinstance(one, FeedReport)]
    refused = [one for one in answers if isinstance(one, Exception)]
    assert [one.number for one in reports].count(number) == 1
    assert all(isinstance(one, FeedNotResumable | ImportUnderWay) for one in refused)
    assert broken(only={"S1", "S4"}) == set()
