"""What a machine asks of a socket is granted or refused, and its rights may end."""

import json
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from pytest_django import Settings

from omniretail.asgi import application
from omniretail.kernel.models import ApiClient
from omniretail.kernel.realtime import nudge_at_once
from stores import consumers
from stores.consumers import NOT_FOR_YOU, TOO_MANY_TOPICS, LiveConsumer
from tests.callers import a_client, token_for
from tests.inventory.availability.following import settle
from tests.inventory.availability.test_stream import played
from tests.inventory.given import stocked
from tests.stores.test_live import read_link, turned_away

__all__ = ["read_link"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _stock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    }
    monkeypatch.setattr(consumers, "_RIGHTS_SECONDS", -1.0)
    stocked(5)
    settle()


def asking(token: str, *topics: str) -> dict[str, Any]:
    """How a machine asks for these topics."""
    return {
        "type": "websocket",
        "path": "/ws/live/",
        "query_string": urlencode([("topic", one) for one in topics]).encode(),
        "headers": [(b"authorization", f"Bearer {token}".encode())],
    }


def socket(token: str, *topics: str) -> ApplicationCommunicator:
    """A machine that asks for these topics."""
    return ApplicationCommunicator(application, asking(token, *topics))


@pytest.fixture
def token() -> str:
    return token_for(a_client(["stock:read"]))


async def watching(line: ApplicationCommunicator) -> None:
    await line.send_input({"type": "websocket.connect"})
    assert (await line.receive_output(10))["type"] == "websocket.accept"


async def told(line: ApplicationCommunicator) -> dict[str, Any]:
    """What is said after some units came in."""
    await database_sync_to_async(stocked)(1)
    return dict(await line.receive_output(10))


async def hung_up(line: ApplicationCommunicator) -> None:
    await line.send_input({"type": "websocket.disconnect", "code": 1000})
    await line.wait(10)


@pytest.mark.parametrize("number", [11, 1200])
def test_more_topics_than_can_be_watched_are_refused(token: str, number: int) -> None:
    """Left out in silence, the last ones would never be heard of."""
    topics = ["stock", *(f"stock.s-{n}" for n in range(number))]
    assert played(partial(turned_away, socket(token, *topics))) == TOO_MANY_TOPICS


@pytest.mark.parametrize("odd", ["stock.москва", "stock.a b", "stock.\x00", "stock.", "x"])
def test_a_topic_nobody_tells_of_leaves_the_others_alone(token: str, odd: str) -> None:
    async def story() -> str:
        line = socket(token, odd, "stock.msk-1")
        await watching(line)
        nudge = await told(line)
        await hung_up(line)
        return str(json.loads(nudge["text"])["topic"])

    assert played(story) == "stock.msk-1"


def test_who_may_not_watch_any_more_is_let_go(token: str) -> None:
    async def story() -> dict[str, Any]:
        line = socket(token, "stock")
        await watching(line)
        assert (await told(line))["type"] == "websocket.send"
        await database_sync_to_async(ApiClient.objects.update)(is_active=False)
        said = await told(line)
        await hung_up(line)
        return said

    said = played(story)
    assert (said["type"], said["code"]) == ("websocket.close", NOT_FOR_YOU)


def test_who_sells_in_another_channel_now_hears_of_the_first_no_more(token: str) -> None:
    async def story() -> str:
        line = ApplicationCommunicator(
            LiveConsumer.as_asgi(), asking(token, "sellable.SITE", "stock")
        )
        await watching(line)
        await database_sync_to_async(ApiClient.objects.update)(channel="app")
        for topic in ("sellable.SITE", "stock"):
            await nudge_at_once(topic)
        nudge = await line.receive_output(10)
        await hung_up(line)
        return str(json.loads(nudge["text"])["topic"])

    assert played(story) == "stock"
