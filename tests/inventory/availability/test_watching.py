"""The look-out of a live process begins before anybody is let in."""

import asyncio
import threading
from unittest.mock import Mock

import pytest
from django.db import DatabaseError

from inventory.availability import watching
from inventory.availability.cursors import Cursor
from inventory.availability.queries import the_present
from tests.inventory.availability.test_stream import played

pytestmark = pytest.mark.django_db(transaction=True)


def test_nobody_is_let_in_before_the_look_out_has_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What changed in between would never be told."""
    happened = []

    def present() -> Cursor:
        happened.append("looked")
        return the_present()

    monkeypatch.setattr(watching, "the_present", present)

    async def story() -> None:
        async with watching.watch().listening():
            happened.append("let in")

    played(story)
    assert happened == ["looked", "let in"]


def test_who_comes_as_the_last_one_goes_waits_for_a_look_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The look-out that ends is in the middle of a look, and is the last to know."""
    happened, is_looking, go_on = [], threading.Event(), threading.Event()

    def present() -> Cursor:
        happened.append("looked")
        return the_present()

    def changed(cursor: Cursor) -> tuple[Cursor, list[str]]:
        is_looking.set()
        go_on.wait(10)
        return cursor, []

    monkeypatch.setattr(watching, "the_present", present)
    monkeypatch.setattr(watching, "places_changed_after", changed)
    monkeypatch.setattr(watching, "POLL_SECONDS", 0)

    async def story() -> None:
        async with watching.watch().listening():
            await asyncio.to_thread(is_looking.wait, 10)
        asyncio.get_running_loop().call_later(0.1, go_on.set)
        async with watching.watch().listening():
            happened.append("let in")

    played(story)
    assert happened == ["looked", "looked", "let in"]


def test_a_look_out_that_cannot_look_lets_in_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "the_present", Mock(side_effect=DatabaseError))

    async def story() -> bool:
        async with watching.watch().listening():
            return True

    assert played(story)
