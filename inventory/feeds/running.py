"""Proof that an import still runs: its connection holds a lock that the database gives
back by itself when the connection ends, however that came about."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection, transaction
from django.db.models import Q

from inventory.feeds.models import Feed
from omniretail.kernel.errors import DomainError, Kind

# What broke off before anything landed is refused, and says why.
_BROKE_OFF = Q(status=Feed.Status.BROKEN_OFF) | (
    Q(status=Feed.Status.REFUSED) & ~Q(refusal="")
)
_KEY = "hashtextextended('inventory.feed', %s)"


class FeedNotResumable(DomainError):
    """Somebody else goes on with this import."""

    kind = Kind.CONFLICT


@contextmanager
def running(feed: Feed) -> Iterator[None]:
    """Store the new feed, or take up the one that broke off, and run it; nobody sees it
    running without its proof."""
    with transaction.atomic():
        if feed._state.adding:
            feed.save()
        else:
            _take_up(feed)
        _ask(f"SELECT pg_try_advisory_lock({_KEY})", feed)
    try:
        yield
    finally:
        with suppress(Error):  # a connection that is gone has given it back
            if not connection.needs_rollback:
                _ask(f"SELECT pg_advisory_unlock({_KEY})", feed)


def _take_up(feed: Feed) -> None:
    """One process goes on with it, however many try."""
    rows = Feed.objects.filter(_BROKE_OFF, pk=feed.pk)
    if not rows.update(status=Feed.Status.RUNNING, ended_at=None, refusal=""):
        raise FeedNotResumable(feed=feed.number)
    feed.refresh_from_db()


def is_abandoned(feed: Feed) -> bool:
    """Whether no connection runs it any more; if so, none of its kind can come back to
    it before the transaction of whoever asks is over."""
    return _ask(f"SELECT pg_try_advisory_xact_lock({_KEY})", feed)


def _ask(sql: str, feed: Feed) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [feed.pk])
        return bool(cursor.fetchone()[0])
