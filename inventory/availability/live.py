"""Live door: the changes of the stock as server-sent events, and the frame in which
sockets are told of them.

    GET /live/stock-changes?after=<cursor>&store=…&sku=…
    Authorization: Bearer <a client's token with stock:read>

A `change` has the members of `GET /api/v1/stock-changes` and its cursor as id: who comes
back with it as `Last-Event-ID` misses nothing. `as_of` follows when everything has been
told, and every quarter of a minute. A stream ends after ten minutes: come back.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated, Throttled

from inventory.availability.api.changes import ChangesQuery, wanted_of
from inventory.availability.cursors import Cursor, NoCursor
from inventory.availability.queries import (
    Page,
    Wanted,
    changes_after,
    events_after,
    the_present,
)
from inventory.availability.watching import SELLABLE, watch
from omniretail.kernel import clock
from omniretail.kernel.api.authentication import principal_of
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import Principal
from omniretail.kernel.api.problems import InvalidInput, problem_of
from omniretail.kernel.api.query import read_query
from omniretail.kernel.api.text import is_clean
from omniretail.kernel.limits import limits

HEARTBEAT_SECONDS = 15.0
LIFE_SECONDS = 600.0
GOODBYE_SECONDS = 5.0
_PAGE = 500
_MOST_TOPICS = 10
_LAST_HEARD = "Last-Event-ID"
_READERS = Access(clients="stock:read")
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[Any]]

_seats: Counter[str] = Counter()


async def stock_changes(scope: Scope, receive: Receive, send: Send) -> None:
    """Push the changes to one machine until it goes, or its time is over."""
    try:
        stream = await database_sync_to_async(_opened)(scope)
        _refuse_crowd(stream.client)  # here, where nobody else takes a seat meanwhile
    except Exception as error:  # noqa: BLE001 - every failure becomes a problem
        await _answer(send, problem_of(error).response())
        return
    _seats[stream.client] += 1
    try:
        async with watch().listening():
            await _until_the_end(stream, receive, send)
    finally:
        _seats[stream.client] -= 1


def told_of_the_stock(app: App) -> App:
    """While somebody is connected to the app, this process looks out for changes."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        async with watch().listening(_channels_of(scope)):
            await app(scope, receive, send)

    return told


def _channels_of(scope: Scope) -> set[str]:
    """The channels of which a socket asks to hear; whether it may, the socket decides."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    parts = (topic.partition(".") for topic in query.get("topic", [])[:_MOST_TOPICS])
    return {
        name[:20]
        for kind, _dot, name in parts
        if kind == SELLABLE and name and is_clean(name)
    }


class _Stream:
    """What one machine wants to hear, and what it has heard."""

    def __init__(
        self, token: str, client: str, cursor: Cursor, asked: dict[str, Any]
    ) -> None:
        self.token, self.client = token, client
        self.cursor, self.asked = cursor, asked
        self.stores: Sequence[str] | None = ()

    async def run(self, send: Send) -> None:
        """Tell what there is, then wait for news; each time the token is looked at."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await self._write(send, "retry: 2000\n\n")
        while reader := await database_sync_to_async(_reader)(self.token):
            news = watch().news  # before the look: what comes during it is news
            stores, page = await database_sync_to_async(self._read)(reader)
            self.cursor = page.next
            as_of = self._as_of(page) if page.is_all else ""
            await self._write(send, stores + page.text + as_of)
            if page.is_all:
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)

    def _read(self, reader: Principal) -> tuple[str, Page]:
        """What there is at the places wanted; those of a channel come and go."""
        wanted = wanted_of(self.asked, reader, clock.now())
        return self._told(wanted), events_after(self.cursor, most=_PAGE, wanted=wanted)

    def _told(self, wanted: Wanted) -> str:
        if wanted.stores == self.stores:
            return ""
        self.stores = wanted.stores
        return f"event: stores\ndata: {json.dumps({'stores': self.stores})}\n\n"

    def _as_of(self, page: Page) -> str:
        told = json.dumps({"as_of": page.as_of.isoformat()})
        return f"id: {page.next}\nevent: as_of\ndata: {told}\n\n"

    async def _write(self, send: Send, text: str) -> None:
        body = {"body": text.encode(), "more_body": True}
        await send({"type": "http.response.body", **body})


def _opened(scope: Scope) -> _Stream:
    if scope["method"] != "GET":
        raise MethodNotAllowed(scope["method"])
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    scheme, _space, token = headers.get(b"authorization", "").partition(" ")
    reader = _reader(token.strip()) if scheme.lower() == "bearer" else None
    if reader is None:
        raise NotAuthenticated
    asked = read_query(QueryDict(scope["query_string"]), ChangesQuery)
    wanted_of(asked, reader, clock.now())  # what is not theirs is refused before it begins
    cursor = _heard_last(headers) or asked.get("after") or the_present()
    changes_after(cursor, most=1)  # so is a cursor from elsewhere
    return _Stream(token.strip(), reader.key, cursor, asked)


def _reader(token: str) -> Principal | None:
    """Who may listen with this token.

    Raises:
        NotForYou, ScopeMissing: somebody who may not.
    """
    principal = principal_of(token)
    if principal is not None:
        _READERS.require(principal, clock.now())
    return principal


def _heard_last(headers: dict[bytes, str]) -> Cursor | None:
    heard = headers.get(b"last-event-id")
    if not heard:
        return None
    try:
        return Cursor.read(heard)
    except NoCursor as error:
        message = _("This is no cursor.")
        raise InvalidInput({(_LAST_HEARD,): [message]}, where="header") from error


def _refuse_crowd(client: str) -> None:
    is_full = _seats.total() >= limits().streams_most
    if is_full or _seats[client] >= limits().streams_per_client:
        raise Throttled(wait=30, detail=_("So many streams at once are not possible."))


async def _until_the_end(stream: _Stream, receive: Receive, send: Send) -> None:
    told = asyncio.create_task(stream.run(send))
    gone = asyncio.create_task(_goes(receive))
    try:
        await asyncio.wait(
            {told, gone}, timeout=LIFE_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        for task in (told, gone):
            task.cancel()
        await asyncio.gather(told, gone, return_exceptions=True)
    with suppress(TimeoutError):  # who does not read hears no goodbye, and keeps no seat
        async with asyncio.timeout(GOODBYE_SECONDS):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _goes(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Send, response: HttpResponse) -> None:
    headers = [(name.lower().encode(), text.encode()) for name, text in response.items()]
    start = {"status": response.status_code, "headers": headers}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": response.content})
