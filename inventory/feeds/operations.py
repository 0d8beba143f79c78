"""Importing a feed: read, stage, refuse, land, tell."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import BinaryIO

from django.db import Error, transaction
from django.utils.translation import gettext

from inventory.feeds.landing import catalogue, categories, places, prices, stock
from inventory.feeds.landing.outcome import Landing
from inventory.feeds.models import Feed, FeedError
from inventory.feeds.reading import read_csv, read_mappings
from inventory.feeds.running import is_abandoned, running
from inventory.feeds.shapes import SHAPES, Reading, Refusal, Shape
from inventory.feeds.staging import BATCH, Stage, staged
from omniretail.contracts.inventory import FeedImported
from omniretail.kernel import clock, outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits

_LANDINGS: dict[str, ModuleType] = {
    "categories": categories,
    "catalogue": catalogue,
    "places": places,
    "prices": prices,
    "stock": stock,
}
_EVERYTHING = 2**31 - 2


class UnknownFeed(DomainError):
    """There is no such kind of feed."""

    kind = Kind.MISSING


class _TakenBack(Exception):
    """What landed is taken back: it was a rehearsal, or not all rows were good."""


Progress = Callable[[str, int], None]
"""Told the step ("reading", "landing") and how many rows it has done."""


@dataclass(frozen=True)
class FeedTerms:
    """How a feed is to be treated."""

    kind: str
    file_name: str = ""
    is_dry_run: bool = False
    is_all_or_nothing: bool = False


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
    """Import a CSV file. Good rows land and bad ones are listed with their lines, or
    nothing lands unless all is good; a dry run lands nothing. Doing it again changes
    nothing.

    Keeps transactions of its own: a large file lands batch by batch.

    Raises:
        UnknownFeed: there is no such kind.
        FeedUnreadable, ColumnMissing, ColumnUnknown, ColumnRepeated: it is no such file.
    """
    shape = _shape(terms.kind)
    return _import(read_csv(stream, shape), shape, terms, by, at, progress)


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
    """
    shape = _shape(terms.kind)
    return _import(read_mappings(rows, shape), shape, terms, by, at, None)


def _shape(kind: str) -> Shape:
    if kind not in SHAPES:
        raise UnknownFeed(feed=kind[:60])
    return SHAPES[kind]


def _import(
    readings: Iterable[Reading],
    shape: Shape,
    terms: FeedTerms,
    by: Actor,
    at: datetime,
    progress: Progress | None,
) -> FeedReport:
    tell = progress or (lambda _step, _rows: None)
    feed = Feed(
        number=new_number("I"),
        kind=terms.kind,
        file_name=terms.file_name[:200],
        is_dry_run=terms.is_dry_run,
        is_all_or_nothing=terms.is_all_or_nothing,
        actor_key=by.key,
        started_at=at,
    )
    with running(feed):
        try:
            with staged(shape, most_kept=limits().feed_errors) as stage:
                for rows in stage.fill(readings):
                    tell("reading", rows)
                landing = _land(stage, feed, terms, by, at, tell)
            return _report(feed, stage, landing, terms, at)
        except Exception as error:
            with suppress(Error):  # without the database, the clock says it later
                _break_off(feed, at, why=str(error))
            raise


@transaction.atomic
def end_abandoned_feeds(*, at: datetime, limit: int) -> int:
    """Close the imports whose process has died, with what had landed by then; answers
    how many. The same file again changes nothing that landed and lands the rest."""
    ended = 0
    for feed in Feed.objects.filter(status=Feed.Status.RUNNING).order_by("pk")[:limit]:
        if is_abandoned(feed):
            ended += _break_off(feed, at, why=gettext("The import has died."))
    return ended


@transaction.atomic
def _break_off(feed: Feed, at: datetime, *, why: str) -> bool:
    """End an import that came to no end: refused if nothing of it has landed."""
    kept = Feed.objects.filter(pk=feed.pk, status=Feed.Status.RUNNING).first()
    if kept is None:
        return False
    died_early = Feed.Status.BROKEN_OFF if kept.rows_landed else Feed.Status.REFUSED
    _close(kept, died_early, refusal=why[:300])
    if kept.rows_landed:
        _tell(kept, at)
    return True


def _land(
    stage: Stage, feed: Feed, terms: FeedTerms, by: Actor, at: datetime, tell: Progress
) -> Landing:
    room = _LANDINGS[terms.kind]
    stage.refuse_repeats()
    room.check(stage)
    together = terms.is_dry_run or terms.is_all_or_nothing or terms.kind == "categories"
    landing = Landing()
    try:
        with ExitStack() as whole:
            if together:
                whole.enter_context(transaction.atomic())
            for first, behind in stage.batches(_EVERYTHING if together else BATCH):
                with transaction.atomic():
                    landing += room.land(
                        stage, first, behind, reference=feed.number, by=by, at=at
                    )
                    _note(feed, stage, landing)
                tell("landing", landing.landed)
            if terms.is_dry_run or (terms.is_all_or_nothing and stage.rows_refused):
                raise _TakenBack
    except _TakenBack:
        return landing if terms.is_dry_run else Landing()
    return landing


@transaction.atomic
def _report(
    feed: Feed, stage: Stage, landing: Landing, terms: FeedTerms, at: datetime
) -> FeedReport:
    nothing = terms.is_all_or_nothing and stage.rows_refused and not terms.is_dry_run
    status = Feed.Status.REFUSED if nothing else Feed.Status.LANDED
    _note(feed, stage, landing)
    _close(feed, status)
    FeedError.objects.bulk_create(
        (
            FeedError(
                feed=feed,
                line=refusal.line,
                field=refusal.field,
                value=refusal.value,
                message=refusal.message[:300],
            )
            for refusal in sorted(stage.refusals, key=lambda one: one.line)
        ),
        batch_size=BATCH,
    )
    if landing.landed and not terms.is_dry_run:
        _tell(feed, at)
    return FeedReport(
        number=feed.number,
        kind=feed.kind,
        status=feed.status,
        is_dry_run=feed.is_dry_run,
        rows_read=feed.rows_read,
        rows_landed=feed.rows_landed,
        rows_changed=feed.rows_changed,
        rows_refused=feed.rows_refused,
        refusals=tuple(sorted(stage.refusals, key=lambda one: one.line)),
    )


def _note(feed: Feed, stage: Stage, landing: Landing) -> None:
    """Keep the count of what has landed, in the transaction that lands it."""
    feed.rows_read = stage.rows_read
    feed.rows_refused = stage.rows_refused
    feed.rows_landed = landing.landed
    feed.rows_changed = landing.changed
    feed.save(update_fields=["rows_read", "rows_refused", "rows_landed", "rows_changed"])


def _tell(feed: Feed, at: datetime) -> None:
    outbox.publish(
        FeedImported(
            occurred_at=at,
            feed_number=feed.number,
            kind=feed.kind,
            rows_landed=feed.rows_landed,
            rows_refused=feed.rows_refused,
        )
    )


def _close(feed: Feed, status: Feed.Status, refusal: str = "") -> None:
    feed.status = status
    feed.refusal = refusal
    feed.ended_at = clock.now()
    feed.save()
