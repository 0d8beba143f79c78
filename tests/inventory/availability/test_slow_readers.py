"""Who listens and does not read holds up nobody."""

import asyncio
from typing import Any

import pytest

from inventory.availability import live
from tests.callers import a_client, token_for
from tests.inventory.availability.test_stream import played

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_does_not_read_keeps_no_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LIFE_SECONDS", 0.2)
    monkeypatch.setattr(live, "GOODBYE_SECONDS", 0.1)
    token = token_for(a_client(["stock:read"]))
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
