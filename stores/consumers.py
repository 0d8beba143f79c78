"""Live nudges over WebSocket: {topic, version}, nothing else."""

from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from omniretail.kernel.realtime import group_name
from stores.live import allowed_topics

_MOST_TOPICS = 10
NOT_FOR_YOU = 4403


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """One screen that wants to know when to look again."""

    async def connect(self) -> None:
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        wanted = query.get("topic", [])[:_MOST_TOPICS]
        link = query.get("link", [""])[0]
        topics = await database_sync_to_async(allowed_topics)(self.scope, wanted, link)
        self.groups = [group_name(topic) for topic in topics]
        for group in self.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()
        if not topics:
            await self.close(code=NOT_FOR_YOU)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Screens have nothing to say here."""

    async def nudge(self, event: dict[str, Any]) -> None:
        """Something changed: pass it on."""
        await self.send_json({"topic": event["topic"], "version": event["version"]})
