"""So many streams may be open at once, and who does not read keeps none."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings as real
from django.db import connections
from pytest_django import Settings

from inventory.availability import live
from inventory.availability.cursors import Cursor
from inventory.availability.queries import the_present
from tests.callers import a_client, token_for
from tests.inventory.availability.test_stream import Listener, played

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def token() -> str:
    return token_for(a_client(["stock:read"]))


def test_so_many_streams_for_one_client_and_no_more(token: str, settings: Settings) -> None:
    settings.LIMITS = replace(real.LIMITS, streams_per_client=1)

    async def story() -> list[int]:
        first, second, third = (Listener(token) for _number in range(3))
        statuses = [await first.begin(), await second.begin()]
        await first.go()
        statuses.append(await third.begin())
        await third.go()
        return statuses

    assert played(story) == [200, 429, 200]


def in_a_thread(call: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """The call in a thread beside all others."""

    def alone(*words: Any) -> Any:
        try:
            return call(*words)
        finally:
            connections.close_all()

    return partial(asyncio.to_thread, alone)


def test_of_streams_that_open_at_once_no_more_are_let_in(
    token: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIMITS = replace(real.LIMITS, streams_per_client=1)
    both = Barrier(2, timeout=10)

    def present() -> Cursor:
        both.wait()
        return the_present()

    monkeypatch.setattr(live, "the_present", present)
    monkeypatch.setattr(live, "database_sync_to_async", in_a_thread)

    async def story() -> list[int]:
        listeners = [Listener(token) for _number in range(2)]
        statuses = await asyncio.gather(*(one.begin() for one in listeners))
        for listener in listeners:
            await listener.go()
        return sorted(statuses)

    assert played(story) == [200, 429]


def test_who_does_not_read_keeps_no_seat(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LIFE_SECONDS", 0.2)
    monkeypatch.setattr(live, "GOODBYE_SECONDS", 0.1)
    scope = {
        "type": "http",
        "method": "GET",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {token}".encode())],
    }

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()  # the line is full

    async def story() -> int:
        async with asyncio.timeout(10):
            await live.stock_changes(scope, receive, send)
        return live._seats.total()

    assert played(story) == 0
