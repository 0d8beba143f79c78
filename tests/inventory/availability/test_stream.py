"""The changes are pushed: server-sent events, and nudges over sockets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.db import connections
from pytest_django import Settings

from inventory.availability import live
from omniretail.asgi import application
from omniretail.kernel import clock
from omniretail.kernel.models import ApiClient
from tests.callers import a_client, token_for
from tests.inventory.availability.following import settle
from tests.inventory.given import held, stocked, wanted
from tests.inventory.selling.given import network
from tests.stores.test_live import read_link

__all__ = ["read_link"]

pytestmark = pytest.mark.django_db(transaction=True)
Event = dict[str, str]


@pytest.fixture(autouse=True)
def _sockets(settings: Settings) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    }


def played(story: Callable[[], Awaitable[Any]]) -> Any:
    """Play it in a loop of its own, in another thread."""

    async def whole() -> Any:
        try:
            return await story()
        finally:
            await database_sync_to_async(connections.close_all)()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, whole()).result(60)


class Listener:
    """A machine that listens to the stream."""

    def __init__(self, token: str, query: str = "", last: str = "", **scope: Any) -> None:
        headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
        headers += [(b"last-event-id", last.encode())] if last else []
        headers.append((b"host", b"localhost"))
        known = {
            "type": "http",
            "method": "GET",
            "path": "/live/stock-changes",
            "query_string": query.encode(),
            "headers": headers,
        }
        self.line = ApplicationCommunicator(application, known | scope)
        self.rest = ""

    async def begin(self) -> int:
        """Knock; answers the status."""
        await self.line.send_input({"type": "http.request", "body": b""})
        return int((await self.line.receive_output(10))["status"])

    async def hear(self, kind: str = "change") -> Event:
        """The next event of that kind."""
        while True:
            while "\n\n" not in self.rest:
                told = await self.line.receive_output(10)
                self.rest += told["body"].decode()
            text, _end, self.rest = self.rest.partition("\n\n")
            event = dict(line.split(": ", 1) for line in text.splitlines())
            if event.get("event") == kind:
                return event

    async def go(self) -> None:
        """Hang up."""
        await self.line.send_input({"type": "http.disconnect"})
        await self.line.wait(10)


def figures(event: Event) -> tuple[str, str, int]:
    told = json.loads(event["data"])
    return told["store"], told["sku"], told["available"]


@pytest.fixture
def token() -> str:
    return token_for(a_client(["stock:read"]))


def test_changes_are_pushed_as_they_come(token: str) -> None:
    stocked(5)
    settle()

    async def story() -> list[tuple[str, str, int]]:
        listener = Listener(token)
        assert await listener.begin() == 200
        await listener.hear("as_of")
        await database_sync_to_async(held)(wanted(2))
        first = await listener.hear()
        await database_sync_to_async(stocked)(1, store="msk-2")
        second = await listener.hear()
        await listener.go()
        return [figures(first), figures(second)]

    assert played(story) == [("msk-1", "S-1", 3), ("msk-2", "S-1", 1)]


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(token: str) -> None:
    stocked(5)
    settle()

    async def story() -> list[int]:
        listener = Listener(token, "after=0.0")
        await listener.begin()
        heard = [await listener.hear()]
        await listener.go()
        for units in (1, 2):
            await database_sync_to_async(held)(wanted(units), reference=f"cart-{units}")
        back = Listener(token, "after=0.0", last=heard[0]["id"])
        await back.begin()
        heard += [await back.hear(), await back.hear()]
        await back.go()
        return [figures(event)[2] for event in heard]

    assert played(story) == [5, 4, 2]


def test_few_places_can_be_listened_to(token: str) -> None:
    async def story() -> tuple[str, str, int]:
        listener = Listener(token, "store=msk-2&after=0.0")
        await listener.begin()
        await database_sync_to_async(stocked)(1)
        await database_sync_to_async(stocked)(2, store="msk-2")
        heard = await listener.hear()
        await listener.go()
        return figures(heard)

    assert played(story) == ("msk-2", "S-1", 2)


def test_a_stream_says_which_places_of_a_channel_come_and_go(token: str) -> None:
    stocked(5)
    stocked(5, store="msk-2")
    network("SITE", "msk-1")
    settle()

    async def story() -> list[Any]:
        listener = Listener(token, "channel=site")
        await listener.begin()
        told = [await listener.hear("stores")]
        await database_sync_to_async(network)("SITE", "msk-2", at=clock.now())
        await database_sync_to_async(stocked)(1)
        told.append(await listener.hear("stores"))
        await database_sync_to_async(stocked)(1, store="msk-2")
        heard = await listener.hear()
        await listener.go()
        return [*(json.loads(event["data"])["stores"] for event in told), figures(heard)]

    assert played(story) == [["msk-1"], ["msk-2"], ("msk-2", "S-1", 6)]


def test_a_stream_says_up_to_when_everything_was_told(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)

    async def story() -> list[str]:
        listener = Listener(token)
        await listener.begin()
        told = [await listener.hear("as_of") for _beat in range(3)]
        await listener.go()
        return [json.loads(event["data"])["as_of"] for event in told]

    moments = played(story)
    assert moments == sorted(set(moments))


def test_a_stream_ends_with_its_time_or_its_token(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)

    async def ends(listener: Listener) -> bool:
        while (await listener.line.receive_output(10)).get("more_body", True):
            pass
        await listener.line.wait(10)
        return True

    async def dismissed() -> bool:
        listener = Listener(token)
        await listener.begin()
        await database_sync_to_async(ApiClient.objects.update)(is_active=False)
        return await ends(listener)

    async def old() -> bool:
        listener = Listener(token)
        await listener.begin()
        return await ends(listener)

    assert played(dismissed)
    ApiClient.objects.update(is_active=True)
    monkeypatch.setattr(live, "LIFE_SECONDS", 0.2)
    assert played(old)
    assert live._seats.total() == 0


def test_who_may_not_is_told_so(token: str) -> None:
    other = token_for(a_client(["orders:read"]))
    asked: list[tuple[tuple[str, ...], str, int]] = [
        (("",), "GET", 401),
        (("nonsense",), "GET", 401),
        ((other,), "GET", 403),
        ((token, "after=x"), "GET", 400),
        ((token, "", "x"), "GET", 400),
        ((token, f"after={10**15}.0"), "GET", 422),
        ((token, "", f"{10**15}.0"), "GET", 422),
        ((token, "channel=app"), "GET", 403),
        ((token, "shelf=1"), "GET", 400),
        ((token,), "POST", 405),
    ]
    for words, method, expected in asked:
        listener = partial(Listener, *words, method=method)
        assert played(partial(knock, listener)) == expected, words


async def knock(listener: Callable[[], Listener]) -> int:
    return await listener().begin()


def test_a_program_watches_any_place_over_a_socket(token: str) -> None:
    stocked(5)
    settle()

    async def story() -> set[str]:
        scope = {
            "type": "websocket",
            "path": "/ws/live/",
            "query_string": b"topic=stock.msk-1&topic=stock&topic=board",
            "headers": [(b"authorization", f"Bearer {token}".encode())],
        }
        socket = ApplicationCommunicator(application, scope)
        await socket.send_input({"type": "websocket.connect"})
        assert (await socket.receive_output(10))["type"] == "websocket.accept"
        await database_sync_to_async(held)(wanted(1))
        told = [json.loads((await socket.receive_output(10))["text"]) for _ in range(2)]
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(10)
        return {nudge["topic"] for nudge in told}

    assert played(story) == {"stock", "stock.msk-1"}


def test_a_page_of_strangers_needs_more_than_no_token() -> None:
    async def story() -> str:
        scope = {"type": "websocket", "path": "/ws/live/", "query_string": b""}
        scope |= {"headers": []}
        socket = ApplicationCommunicator(application, scope)
        await socket.send_input({"type": "websocket.connect"})
        return str((await socket.receive_output(10))["type"])

    assert played(story) == "websocket.close"


def test_pages_of_the_live_process_are_still_django_s() -> None:
    async def story() -> int:
        listener = Listener("", path="/health/live")
        return await listener.begin()

    assert played(story) == 200
