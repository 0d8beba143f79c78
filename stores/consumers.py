"""Live nudges over WebSocket: {topic, version}, nothing else."""

import time
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from omniretail.kernel.realtime import group_name
from stores.live import allowed_topics

_MOST_TOPICS = 10
NOT_FOR_YOU = 4403
TOO_MANY_TOPICS = 4413
_RIGHTS_SECONDS = 15.0


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """One screen, or one machine, that wants to know when to look again.

    Rights end while it is connected: who may watch a topic is asked again with the nudges,
    and whoever may watch nothing any more is let go.
    """

    topics: list[str]
    link: str
    asked_at: float

    async def connect(self) -> None:
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        wanted = query.get("topic", [])
        self.link = query.get("link", [""])[0]
        is_too_much = len(wanted) > _MOST_TOPICS
        self.topics = [] if is_too_much else wanted
        await self._ask()
        self.groups = [group_name(topic) for topic in self.topics]
        for group in self.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()
        if not self.topics:
            await self.close(code=TOO_MANY_TOPICS if is_too_much else NOT_FOR_YOU)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Screens have nothing to say here."""

    async def nudge(self, event: dict[str, Any]) -> None:
        """Something changed: pass it on."""
        if self.topics and time.monotonic() - self.asked_at > _RIGHTS_SECONDS:
            await self._ask()
            if not self.topics:
                await self.close(code=NOT_FOR_YOU)
        if event["topic"] in self.topics:
            await self.send_json({"topic": event["topic"], "version": event["version"]})

    async def _ask(self) -> None:
        """Keep to those of the topics that may be watched now."""
        ask = database_sync_to_async(allowed_topics)
        self.topics = await ask(self.scope, self.topics, self.link)
        self.asked_at = time.monotonic()
