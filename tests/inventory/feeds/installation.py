"""A 1C installation that exchanges by itself, as tests play it."""

import base64
from typing import Any

from django.test import Client

from inventory.feeds.tasks import land_files
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import NewClient, create_client

DOOR = "/exchange/1c"


def admitted(*scopes: str) -> NewClient:
    return create_client(
        name="1C", scopes=scopes or ["feeds:exchange"], by=SYSTEM, at=clock.now()
    )


class OneC:
    """An installation that follows the protocol to the letter."""

    def __init__(self, client: NewClient | None = None) -> None:
        self.client = client or admitted()
        self.http = Client(enforce_csrf_checks=True)

    def sign_in(self, secret: str = "") -> list[str]:
        known = f"{self.client.client.client_id}:{secret or self.client.secret}"
        basic = base64.b64encode(known.encode()).decode()
        lines = self.ask("checkauth", HTTP_AUTHORIZATION=f"Basic {basic}")
        if lines[0] == "success":
            self.http.cookies[lines[1]] = lines[2]
        return lines

    def ask(self, mode: str, type: str = "catalog", **more: Any) -> list[str]:  # noqa: A002
        name = more.pop("filename", None)
        query = {"type": type, "mode": mode} | ({"filename": name} if name else {})
        return self._lines(self.http.get(DOOR, query, **more))

    def send(self, name: str, content: bytes) -> list[str]:
        path = f"{DOOR}?type=catalog&mode=file&filename={name}"
        answer = self.http.post(path, content, content_type="application/octet-stream")
        return self._lines(answer)

    def send_all(self, name: str, content: bytes, size: int = 3_000) -> None:
        for first in range(0, len(content), size):
            assert self.send(name, content[first : first + size]) == ["success"]

    def brought(self, name: str, content: bytes) -> list[str]:
        """A whole file, sent and imported; the last answer."""
        self.send_all(name, content)
        assert self.ask("import", filename=name)[0] == "progress"
        land_files()
        return self.ask("import", filename=name)

    @staticmethod
    def _lines(answer: Any) -> list[str]:
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        text: str = answer.content.decode()
        return text.rstrip("\n").split("\n")
