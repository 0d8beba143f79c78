"""A live process looks at the changes of the stock while somebody listens to it.

One look, every half second, for all listeners together. It tells the topics of the places
where something changed, and wakes the streams, which read for themselves: a hold moves no
goods and nudges nobody, yet fewer can be sold. It tells the topics of the channels somebody
listens to here when stock changed at a place of theirs, or when a buffer, a block, their
network or their display became another, or a place of theirs opened or closed for good, by
somebody's hand or by the clock; when a kit was made up, and when goods went to another
category where a buffer binds one.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError, InterfaceError

from inventory.availability.cursors import Cursor
from inventory.availability.queries import (
    looks_of_channels,
    places_changed_after,
    the_present,
)
from omniretail.kernel.realtime import nudge_at_once

POLL_SECONDS = 0.5
EVERYWHERE, SELLABLE = "stock", "sellable"

log = structlog.get_logger(__name__)


class Watch:
    """The look-out of one event loop."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self._listeners = 0
        self._channels: Counter[str] = Counter()
        self._terms: dict[str, str] = {}
        self._looking: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()

    @asynccontextmanager
    async def listening(self, channels: Collection[str] = ()) -> AsyncIterator["Watch"]:
        """Look out as long as somebody is here, for these channels too. Whoever comes in
        hears of all that changes from then on: the first look is over."""
        self._listeners += 1
        self._channels.update(channels)
        if self._looking is None:
            self._begun = asyncio.Event()  # one that ends sets its own
            self._looking = asyncio.create_task(self._look(self._begun))
        try:
            await self._begun.wait()
            yield self
        finally:
            self._listeners -= 1
            self._channels.subtract(channels)
            self._channels = +self._channels
            if not self._listeners and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self, begun: asyncio.Event) -> None:
        cursor: Cursor | None = None
        while True:
            try:
                cursor = await self._told_since(cursor)
            except (DatabaseError, InterfaceError) as error:
                log.warning("watch_without_database", error=str(error))
            finally:
                begun.set()
            await asyncio.sleep(POLL_SECONDS)

    async def _told_since(self, cursor: Cursor | None) -> Cursor:
        if cursor is None:
            begun: Cursor = await database_sync_to_async(the_present)()
            return begun
        following: Cursor
        following, places = await database_sync_to_async(places_changed_after)(cursor)
        if following != cursor:
            self.news.set()
            self.news = asyncio.Event()
            for topic in (EVERYWHERE, *(f"{EVERYWHERE}.{code}" for code in places)):
                await nudge_at_once(topic)
        await self._tell_channels(places)
        return following

    async def _tell_channels(self, places: Collection[str]) -> None:
        """A channel is told of when it is seen first, too: something may have changed."""
        if not self._channels:
            self._terms.clear()
            return
        looks = await database_sync_to_async(looks_of_channels)(self._channels, places)
        for code, look in looks.items():
            if look.is_touched or self._terms.get(code) != look.terms:
                await nudge_at_once(f"{SELLABLE}.{code}")
        self._terms = {code: look.terms for code, look in looks.items()}


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, Watch] = WeakKeyDictionary()


def watch() -> Watch:
    """The look-out of this process."""
    return _watches.setdefault(asyncio.get_running_loop(), Watch())
