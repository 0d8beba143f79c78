"""Nudges: a topic changed, look again. They carry no truth and may be lost."""

import contextlib
import re
import time

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis import RedisError

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_.-]")


def nudge(topic: str) -> None:
    """Tell whoever watches the topic to fetch it again, once this transaction is in.

    Best effort: with the broker down, screens find the change with their slow poll.
    """
    transaction.on_commit(lambda: _send(topic), robust=True)


def group_name(topic: str) -> str:
    """The channel group of a topic."""
    return "live." + _NOT_PLAIN.sub("-", topic)[:90]


def _send(topic: str) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    with contextlib.suppress(OSError, RedisError):
        async_to_sync(layer.group_send)(group_name(topic), _message(topic))


async def nudge_at_once(topic: str) -> None:
    """Tell of a change that is in already; as little sure to arrive as any nudge."""
    layer = get_channel_layer()
    if layer is None:
        return
    with contextlib.suppress(OSError, RedisError):
        await layer.group_send(group_name(topic), _message(topic))


def _message(topic: str) -> dict[str, object]:
    return {"type": "nudge", "topic": topic, "version": time.time_ns()}
