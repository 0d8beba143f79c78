"""How far an import is, told on a connection of its own: what an import writes that lands
all at once, or nothing, nobody else sees before it is over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import DEFAULT_DB_ALIAS, Error, connections

from inventory.feeds.landing.outcome import Landing
from inventory.feeds.models import Feed
from inventory.feeds.staging import Stage

TellAside = Callable[[Stage, Landing], None]
_PATIENCE = "SET lock_timeout = '1s'"
_TOLD = """
    UPDATE inventory_feed
    SET rows_tried = %(tried)s, rows_refused = %(refused)s,
        rows_landed = CASE WHEN is_dry_run THEN %(landed)s ELSE rows_landed END,
        rows_changed = CASE WHEN is_dry_run THEN %(changed)s ELSE rows_changed END
    WHERE id = %(feed)s AND status = 'RUNNING'
"""


@contextmanager
def told_aside(feed: Feed) -> Iterator[TellAside]:
    """Tell others how many rows the import has gone through; of a rehearsal, too, how many
    would land. Where that cannot be told the import goes on all the same."""
    aside = connections.create_connection(DEFAULT_DB_ALIAS)

    def tell(stage: Stage, landing: Landing) -> None:
        feed.rows_tried = landing.landed + stage.rows_refused
        facts = {
            "feed": feed.pk,
            "tried": feed.rows_tried,
            "refused": stage.rows_refused,
            "landed": landing.landed,
            "changed": landing.changed,
        }
        with suppress(Error), aside.cursor() as cursor:
            cursor.execute(_PATIENCE)
            cursor.execute(_TOLD, facts)

    try:
        yield tell
    finally:
        with suppress(Error):
            aside.close()
