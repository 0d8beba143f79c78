"""Importing a feed: read, stage, refuse, land, tell."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import ModuleType
from typing import BinaryIO

from django.db import Error, transaction

from inventory.feeds.landing import catalogue, categories, kits, places, prices, stock
from inventory.feeds.landing.outcome import Landing, staged_between
from inventory.feeds.models import Feed, FeedError
from inventory.feeds.operations.ending import (
    break_off,
    close,
    import_of,
    keep_refusals,
    last_import,
    note,
    tell,
)
from inventory.feeds.operations.telling_aside import told_aside
from inventory.feeds.plain import PlainFile, plain_file
from inventory.feeds.reading import read_csv, read_mappings
from inventory.feeds.running import running
from inventory.feeds.shapes import SHAPES, Reading, Refusal, Shape
from inventory.feeds.staging import BATCH, Stage, staged
from inventory.feeds.unpacking import digest_of, unpacked
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits

_LANDINGS: dict[str, ModuleType] = {
    "categories": categories,
    "catalogue": catalogue,
    "kits": kits,
    "places": places,
    "prices": prices,
    "stock": stock,
}


class UnknownFeed(DomainError):
    """There is no such kind of feed."""

    kind = Kind.MISSING


class _TakenBack(Exception):
    """What landed is taken back: it was a rehearsal, or not all rows were good."""


Progress = Callable[[str, int], None]
"""Told the step ("reading", "landing") and how many rows it has done."""


@dataclass(frozen=True)
class FeedTerms:
    """How a feed is to be treated. `goes_on` takes up the last import of this very file,
    if it broke off, behind the last row that landed; the same `request` said again is the
    same import, whether it broke off or came to its end."""

    kind: str
    file_name: str = ""
    is_dry_run: bool = False
    is_all_or_nothing: bool = False
    goes_on: bool = False
    request: str = ""


@dataclass(frozen=True)
class FeedReport:
    """What an import came to. Of the refused rows only the first ones are listed."""

    number: str
    kind: str
    status: str
    is_dry_run: bool
    rows_read: int
    rows_landed: int
    rows_changed: int
    rows_refused: int
    refusals: tuple[Refusal, ...]


def import_csv(
    *,
    stream: BinaryIO,
    terms: FeedTerms,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> FeedReport:
    """Import a CSV file, plain or zipped. Good rows land and bad ones are listed with
    their lines, or nothing lands unless all is good; a dry run lands nothing. Doing it
    again changes nothing.

    Keeps transactions of its own: a large file lands batch by batch, and one that broke
    off goes on behind the last batch that landed.

    Raises:
        UnknownFeed: there is no such kind.
        FeedUnreadable, ColumnMissing, ColumnUnknown, ColumnRepeated: it is no such file.
        ArchiveRefused: what is zipped is too large, or is no such file.
        FeedNotResumable, ImportUnderWay: it is to go on, and somebody else does so.
        FeedStillRunning: an earlier attempt at this request has not stopped.
    """
    shape = _shape(terms.kind)
    with unpacked(stream, ending=".csv") as plain:
        feed = begun(terms, by, at, digest=digest_of(plain))
        return import_readings(
            read_csv(plain, shape),
            shape,
            feed,
            by,
            at,
            progress,
            plain=plain_file(plain, shape),
        )


def import_rows(
    *,
    rows: Iterable[dict[str, object]],
    terms: FeedTerms,
    by: Actor,
    at: datetime,
) -> FeedReport:
    """Import rows that came as JSON objects, in the same way.

    Raises:
        UnknownFeed: there is no such kind.
        FeedStillRunning: an earlier attempt at this request has not stopped.
    """
    shape = _shape(terms.kind)
    feed = begun(terms, by, at, digest="")
    return import_readings(read_mappings(rows, shape), shape, feed, by, at, None)


def _shape(kind: str) -> Shape:
    if kind not in SHAPES:
        raise UnknownFeed(feed=kind[:60])
    return SHAPES[kind]


def begun(terms: FeedTerms, by: Actor, at: datetime, *, digest: str) -> Feed:
    """A new import, or the one that is to go on, or that the same request began.

    Raises:
        ImportUnderWay: it is to go on, and has not stopped.
        FeedStillRunning: the same request began it, and it has not stopped.
    """
    if same := import_of(terms.request, at):
        return same
    goes_on = terms.goes_on and not terms.is_dry_run
    before = last_import(terms.kind, digest, at) if goes_on else None
    if before is not None and before.status == Feed.Status.BROKEN_OFF:
        return before
    return Feed(
        number=new_number("I"),
        kind=terms.kind,
        file_name=terms.file_name[:200],
        is_dry_run=terms.is_dry_run,
        is_all_or_nothing=terms.is_all_or_nothing,
        digest=digest,
        request=terms.request,
        actor_key=by.key,
        started_at=at,
    )


def import_readings(
    readings: Iterable[Reading],
    shape: Shape,
    feed: Feed,
    by: Actor,
    at: datetime,
    progress: Progress | None,
    plain: PlainFile | None = None,
) -> FeedReport:
    """Run one import of rows of a shape, wherever they were read; `plain` is the file they
    are read from, if the database can read it by itself. One that came to its end under
    the same request is not run again."""
    if feed.has_come_to_its_end:
        return report_of(feed)
    tell_step = progress or (lambda _step, _rows: None)
    with running(feed):
        try:
            with staged(shape, most_kept=limits().feed_errors) as stage:
                for rows in _filled(stage, readings, plain):
                    _note_reading(feed, rows)
                    tell_step("reading", rows)
                landing = _land(stage, feed, by, at, tell_step)
            return _report(feed, stage, landing, at)
        except Exception as error:
            with suppress(Error):  # without the database, the clock says it later
                break_off(feed, at, why=str(error))
            raise


def _filled(
    stage: Stage, readings: Iterable[Reading], plain: PlainFile | None
) -> Iterator[int]:
    at_once = stage.fill_plain(plain) if plain else None
    if at_once is None:
        yield from stage.fill(readings)
    else:
        yield at_once


def _note_reading(feed: Feed, rows: int) -> None:
    if rows > feed.rows_read:
        Feed.objects.filter(pk=feed.pk).update(rows_read=rows)


def _land(
    stage: Stage, feed: Feed, by: Actor, at: datetime, tell_step: Progress
) -> Landing:
    room = _LANDINGS[feed.kind]
    stage.refuse_repeats()
    room.check(stage, at=at)
    land = partial(room.land, stage, reference=feed.number, by=by, at=at)
    if feed.is_whole:
        return _land_whole(stage, feed, land, tell_step)
    landing = _go_on(stage, feed)
    for first, behind in stage.batches(BATCH, behind=feed.landed_through):
        with transaction.atomic():
            landing += land(first, behind)
            note(feed, stage, landing, through=behind - 1)
            keep_refusals(feed, stage)
        tell_step("landing", landing.landed)
    return landing


def _land_whole(
    stage: Stage, feed: Feed, land: Callable[[int, int], Landing], tell_step: Progress
) -> Landing:
    """All of it in one transaction, which may be taken back."""
    landing = Landing()
    try:
        with transaction.atomic(), told_aside(feed) as tell_others:
            for first, behind in stage.batches(BATCH):
                landing += land(first, behind)
                tell_others(stage, landing)
                tell_step("landing", landing.landed)
            note(feed, stage, landing)
            if feed.is_dry_run or (feed.is_all_or_nothing and stage.rows_refused):
                raise _TakenBack
    except _TakenBack:
        return landing if feed.is_dry_run else Landing()
    return landing


def _go_on(stage: Stage, feed: Feed) -> Landing:
    """What landed before the import broke off; rows of those lines that neither landed
    nor are refused now were refused then."""
    through = feed.landed_through
    if not through:
        return Landing()
    refused_then = staged_between(1, through + 1) - feed.rows_landed
    stage.rows_refused += max(0, refused_then)
    stage.forget_refusals(through)
    FeedError.objects.filter(feed=feed, line__gt=through).delete()
    return Landing(feed.rows_landed, feed.rows_changed)


@transaction.atomic
def _report(feed: Feed, stage: Stage, landing: Landing, at: datetime) -> FeedReport:
    nothing = feed.is_all_or_nothing and stage.rows_refused and not feed.is_dry_run
    status = Feed.Status.REFUSED if nothing else Feed.Status.LANDED
    note(feed, stage, landing)
    feed.rows_tried = feed.rows_read
    close(feed, status)
    keep_refusals(feed, stage)
    if landing.landed and not feed.is_dry_run:
        tell(feed, at)
    return report_of(feed)


def report_of(feed: Feed) -> FeedReport:
    """What an import that has ended came to."""
    kept = feed.errors.order_by("line", "id")[: limits().feed_errors]
    return FeedReport(
        number=feed.number,
        kind=feed.kind,
        status=feed.status,
        is_dry_run=feed.is_dry_run,
        rows_read=feed.rows_read,
        rows_landed=feed.rows_landed,
        rows_changed=feed.rows_changed,
        rows_refused=feed.rows_refused,
        refusals=tuple(
            Refusal(one.line, one.field, one.value, one.message) for one in kept
        ),
    )
