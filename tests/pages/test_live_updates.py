"""A screen learns of a change by itself, over a real socket and a real Valkey."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest
import uvicorn
from channels.db import database_sync_to_async
from django.conf import settings as real
from django.db import connections
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from omniretail.door_settings import content_policy
from omniretail.kernel import realtime
from stores.network.models import Store
from stores.people.models import Employee
from tests.pages.test_tablet_shell import anna, sign_in, some_work, store, tablet

__all__ = ["anna", "store", "tablet"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Sockets(threading.Thread):
    """The WebSocket process of `manage.py up`, in a thread."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = uvicorn.Config(
            "omniretail.asgi:application",
            port=self.port,
            lifespan="off",
            log_level="error",
        )
        self.server = uvicorn.Server(config)
        self.server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        await self.server.serve()
        await database_sync_to_async(connections.close_all)()

    def end(self) -> None:
        self.server.should_exit = True
        self.join(10)


@pytest.fixture(autouse=True)
def sockets(settings: Settings, live_server: LiveServer) -> Iterator[Sockets]:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [real.VALKEY.channels]},
        }
    }
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    running = Sockets()
    settings.LIVE_URL = f":{running.port}"
    settings.CONTENT_SECURITY_POLICY = content_policy(settings.LIVE_URL)
    running.start()
    deadline = time.monotonic() + 20
    while not running.server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield running
    running.end()


def elsewhere(act: Callable[[], None]) -> None:
    """Do it as another process would: Playwright's loop runs in the test's thread."""

    def acting() -> None:
        try:
            act()
        finally:
            connections.close_all()

    actor = threading.Thread(target=acting)
    actor.start()
    actor.join()


def test_new_work_appears_without_a_touch(
    tablet: Page, live_server: LiveServer, store: Store, anna: Employee
) -> None:
    sign_in(tablet, live_server.url, anna)
    expect(tablet.locator("[data-live-lamp].is-on")).to_be_attached()
    expect(tablet.locator(".row")).to_have_count(0)
    elsewhere(lambda: some_work(store))
    expect(tablet.locator(".row")).to_have_count(5, timeout=5_000)


def test_a_nudge_of_a_machine_whose_clock_is_behind_is_heard(
    tablet: Page,
    live_server: LiveServer,
    store: Store,
    anna: Employee,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = count(1_000, -1)
    monkeypatch.setattr(
        realtime,
        "_message",
        lambda topic: {"type": "nudge", "topic": topic, "version": next(told)},
    )
    sign_in(tablet, live_server.url, anna)
    expect(tablet.locator("[data-live-lamp].is-on")).to_be_attached()
    with tablet.expect_response("**"):
        elsewhere(lambda: realtime.nudge(f"work.{store.code}"))
    elsewhere(lambda: some_work(store))
    expect(tablet.locator(".row")).to_have_count(5, timeout=5_000)


def test_live_updates_follow_the_name_by_which_the_tablet_calls_the_machine(
    tablet: Page, live_server: LiveServer, anna: Employee
) -> None:
    for one in tablet.context.cookies():
        tablet.context.add_cookies(
            [{"name": one["name"], "value": one["value"], "url": "http://127.0.0.1"}]
        )
    sign_in(tablet, live_server.url.replace("localhost", "127.0.0.1"), anna)
    expect(tablet.locator("[data-live-lamp].is-on")).to_be_attached()


def test_the_lamp_goes_out_when_the_sockets_are_gone(
    tablet: Page, live_server: LiveServer, anna: Employee, sockets: Sockets
) -> None:
    sign_in(tablet, live_server.url, anna)
    lamp = tablet.locator("[data-live-lamp].is-on")
    expect(lamp).to_be_attached()
    sockets.end()
    expect(lamp).not_to_be_attached()
