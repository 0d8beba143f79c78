"""How an import ends: counted, closed, told; also when its process has died."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from inventory.feeds.landing.outcome import Landing
from inventory.feeds.models import Feed, FeedError
from inventory.feeds.running import is_abandoned
from inventory.feeds.staging import BATCH, Stage
from omniretail.contracts.inventory import FeedImported
from omniretail.kernel import clock, outbox
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits


class ImportUnderWay(DomainError):
    """This file is being imported right now."""

    kind = Kind.CONFLICT


class FeedStillRunning(DomainError):
    """An earlier attempt at this very request still imports it. Ask again later."""

    kind = Kind.BUSY
    constraints = ("feed_is_begun_once_for_a_request",)


def import_of(request: str, at: datetime) -> Feed | None:
    """The import that an earlier attempt at the same request began, as long as the request
    is remembered; one whose process has died is ended here.

    Raises:
        FeedStillRunning: it has not stopped.
    """
    feed = Feed.objects.filter(request=request).first() if request else None
    if feed is not None and feed.started_at < at - limits().idempotency_kept:
        Feed.objects.filter(pk=feed.pk).update(request="")
        return None
    return _stopped(feed, at, otherwise=FeedStillRunning)


def last_import(kind: str, digest: str, at: datetime) -> Feed | None:
    """The last import of this very file; one whose process has died is ended here.

    Raises:
        ImportUnderWay: it has not stopped.
    """
    known = Feed.objects.exclude(digest="").filter(digest=digest, kind=kind)
    feed = known.filter(is_dry_run=False).order_by("-pk").first()
    return _stopped(feed, at, otherwise=ImportUnderWay)


def _stopped(
    feed: Feed | None, at: datetime, *, otherwise: type[DomainError]
) -> Feed | None:
    """The import, once nobody runs it any more."""
    if feed is None or feed.status != Feed.Status.RUNNING:
        return feed
    with transaction.atomic():
        if not is_abandoned(feed):
            raise otherwise(feed=feed.number)
        break_off(feed, at, why=gettext("The import has died."))
    feed.refresh_from_db()
    return feed


@transaction.atomic
def end_abandoned_feeds(*, at: datetime, limit: int) -> int:
    """Close the imports whose process has died, with what had landed by then; answers
    how many. The same file again changes nothing that landed and lands the rest."""
    ended = 0
    for feed in Feed.objects.filter(status=Feed.Status.RUNNING).order_by("pk")[:limit]:
        if is_abandoned(feed):
            ended += break_off(feed, at, why=gettext("The import has died."))
    return ended


@transaction.atomic
def break_off(feed: Feed, at: datetime, *, why: str) -> bool:
    """End an import that came to no end: refused if nothing of it has landed, which of a
    rehearsal nothing ever has."""
    kept = Feed.objects.filter(pk=feed.pk, status=Feed.Status.RUNNING).first()
    if kept is None:
        return False
    if kept.is_dry_run:
        kept.rows_landed = kept.rows_changed = 0
    died_early = Feed.Status.BROKEN_OFF if kept.rows_landed else Feed.Status.REFUSED
    close(kept, died_early, refusal=why[:300])
    if kept.rows_landed:
        tell(kept, at)
    return True


def note(feed: Feed, stage: Stage, landing: Landing, *, through: int = 0) -> None:
    """Keep the count of what has landed, in the transaction that lands it."""
    feed.rows_read = stage.rows_read
    feed.rows_refused = stage.rows_refused
    feed.rows_landed = landing.landed
    feed.rows_changed = landing.changed
    feed.rows_tried = max(feed.rows_tried, landing.landed + stage.rows_refused)
    feed.landed_through = max(feed.landed_through, through)
    feed.save(
        update_fields=[
            "rows_read",
            "rows_refused",
            "rows_landed",
            "rows_changed",
            "rows_tried",
            "landed_through",
        ]
    )


def keep_refusals(feed: Feed, stage: Stage) -> None:
    """Write down the refused rows that are not yet written down."""
    FeedError.objects.bulk_create(
        (
            FeedError(
                feed=feed,
                line=refusal.line,
                field=refusal.field,
                value=refusal.value,
                message=refusal.message[:300],
            )
            for refusal in stage.fresh_refusals()
        ),
        batch_size=BATCH,
    )


@transaction.atomic
def keep_rehearsals(feeds: Sequence[Feed], errors: Sequence[FeedError]) -> None:
    """Write down imports that were taken back as the rehearsals they were."""
    for feed in feeds:
        feed.is_dry_run, feed.landed_through = True, 0
    Feed.objects.bulk_create(feeds)
    FeedError.objects.bulk_create(errors, batch_size=BATCH)


def tell(feed: Feed, at: datetime) -> None:
    """Say what landed."""
    outbox.publish(
        FeedImported(
            occurred_at=at,
            feed_number=feed.number,
            kind=feed.kind,
            rows_landed=feed.rows_landed,
            rows_refused=feed.rows_refused,
        )
    )


def close(feed: Feed, status: Feed.Status, refusal: str = "") -> None:
    """The import is over."""
    feed.status = status
    feed.refusal = refusal
    feed.ended_at = clock.now()
    feed.save()
