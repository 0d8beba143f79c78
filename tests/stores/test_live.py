"""Who may watch what, and that a nudge arrives."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from omniretail.kernel.models import User
from omniretail.kernel.realtime import group_name, nudge
from stores.consumers import NOT_FOR_YOU, LiveConsumer
from stores.live import allowed_topics
from tests.callers import a_client, token_for
from tests.factories.stores import DeviceFactory, StoreFactory
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
CHECKOUT = Path(__file__).resolve().parents[2]


def scope_of(client: Client) -> dict[str, Any]:
    return {"cookies": {name: morsel.value for name, morsel in client.cookies.items()}}


def read_link(signed: str) -> str | None:
    """Stands for the orders floor."""
    return "R-1" if signed == "good" else None


@pytest.fixture(autouse=True)
def _links(settings: Settings) -> None:
    settings.ORDER_LINK = f"{__name__}.read_link"
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    }


def test_a_clerk_watches_the_own_store_only(client: Client) -> None:
    store = StoreFactory()
    sign_in_tablet(client, store=store)
    mine = [f"work.{store.code}", f"stock.{store.code}", "order.R-1"]
    mine.append("sellable.TABLET")
    foreign = [f"work.{StoreFactory().code}", "board", "secrets", "sellable.SITE"]
    assert allowed_topics(scope_of(client), mine + foreign) == mine


def test_a_clerk_may_watch_what_the_pages_of_the_tablet_watch(client: Client) -> None:
    """A topic that is not theirs is left out in silence: the page waits for its poll."""
    store = StoreFactory()
    sign_in_tablet(client, store=store)
    pages = [path.read_text() for path in CHECKOUT.glob("*/templates/tablet/**/*.html")]
    kinds = set(re.findall(r"block topics %}(\w+)\.", " ".join(pages)))
    assert {"stock", "supply", "counts", "order"} <= kinds
    topics = [f"{kind}.{store.code}" for kind in sorted(kinds)]
    assert allowed_topics(scope_of(client), topics) == topics


def test_a_manager_watches_the_board(client: Client) -> None:
    sign_in_tablet(client, store=StoreFactory(), role="STORE_MANAGER")
    assert allowed_topics(scope_of(client), ["board"]) == ["board"]


def test_the_admin_watches_everything_while_signed_in() -> None:
    boss = User.objects.create_superuser("boss", "x")
    session = SessionStore()
    session["_auth_user_id"] = str(boss.pk)
    session.save()
    scope = {"cookies": {}, "session": session}
    mine = ["board", "work.x", "sellable.SITE"]
    assert allowed_topics(scope, [*mine, "x"]) == mine
    SessionStore(session.session_key).flush()
    assert allowed_topics(scope, mine) == []


@pytest.mark.parametrize(
    ("scopes", "channel", "topics"),
    [
        (["stock:read"], "site", ["sellable.SITE"]),
        (["stock:read"], "", ["sellable.SITE", "sellable.APP", "sellable.TABLET"]),
        (["carts:write"], "site", []),
    ],
)
def test_a_program_watches_what_its_channel_may_sell(
    scopes: list[str], channel: str, topics: list[str]
) -> None:
    token = token_for(a_client(scopes, channel=channel))
    scope = {"cookies": {}, "headers": [(b"authorization", f"Bearer {token}".encode())]}
    asked = ["sellable.SITE", "sellable.APP", "sellable.TABLET", "sellable.", "sellable"]
    assert allowed_topics(scope, asked) == topics


def test_a_device_watches_what_the_counter_may_sell() -> None:
    device = DeviceFactory()
    client = a_client(["stock:read"], channel="pos", for_devices=True)
    token = token_for(client, user=device.user)
    scope = {"cookies": {}, "headers": [(b"authorization", f"Bearer {token}".encode())]}
    asked = ["sellable.POS", "sellable.TABLET"]
    assert allowed_topics(scope, asked) == ["sellable.TABLET"]


def test_a_customer_watches_the_order_of_the_link() -> None:
    scope: dict[str, Any] = {"cookies": {}}
    wanted = ["order.R-1", "order.R-2", "board"]
    assert allowed_topics(scope, wanted, "good") == ["order.R-1"]
    assert allowed_topics(scope, wanted, "forged") == []
    assert allowed_topics(scope, wanted) == []


@pytest.mark.django_db(transaction=True)
def test_a_nudge_arrives_and_strangers_are_turned_away() -> None:
    # A thread of its own: a browser test in this process may have left a loop behind.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _watch()).result()


@pytest.mark.django_db(transaction=True)
def test_a_change_nudges_its_topic_once_it_is_in(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(asyncio.run, _hear_of("order.R-1")).result()
    assert heard["topic"] == "order.R-1"
    assert not caplog.records


async def _hear_of(topic: str) -> dict[str, Any]:
    layer = get_channel_layer()
    assert layer is not None
    await layer.group_add(group_name(topic), "screen")
    await asyncio.to_thread(_change, topic)
    return dict(await asyncio.wait_for(layer.receive("screen"), 5))


def _change(topic: str) -> None:
    with transaction.atomic():
        nudge(topic)
    connection.close()


def socket(link: str) -> ApplicationCommunicator:
    """A page that opens the socket with this link."""
    scope = {
        "type": "websocket",
        "path": "/ws/live/",
        "query_string": f"topic=order.R-1&link={link}".encode(),
        "headers": [],
        "cookies": {},
    }
    return ApplicationCommunicator(LiveConsumer.as_asgi(), scope)


async def _watch() -> None:
    watcher = socket("good")
    await watcher.send_input({"type": "websocket.connect"})
    assert (await watcher.receive_output())["type"] == "websocket.accept"
    layer = get_channel_layer()
    assert layer is not None
    message = {"type": "nudge", "topic": "order.R-1", "version": 7}
    await layer.group_send(group_name("order.R-1"), message)
    told = json.loads((await watcher.receive_output())["text"])
    assert told == {"topic": "order.R-1", "version": 7}
    await watcher.send_input({"type": "websocket.disconnect", "code": 1000})
    await watcher.wait()

    assert await turned_away(socket("bad")) == NOT_FOR_YOU


async def turned_away(line: ApplicationCommunicator) -> int:
    """With which code a socket is closed at once."""
    await line.send_input({"type": "websocket.connect"})
    await line.receive_output()
    closed = await line.receive_output()
    assert closed["type"] == "websocket.close"
    return int(closed["code"])
