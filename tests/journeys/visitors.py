"""Whoever stands at the REST door in the journeys, and how they got their token."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

from django.test import Client

from omniretail.kernel import clock
from omniretail.kernel.actors import Actor, ActorKind
from stores.network.operations import pair_device

Json = dict[str, Any]
SECRET = "only-for-journeys-and-long-enough-for-anybody"
HEAD_OFFICE = Actor(ActorKind.STAFF, "e-1")
_JSON = "application/json"


@cache
def _door() -> Client:
    """One client for everybody: it keeps no cookies that any of these doors would read."""
    return Client()


class Refusal(AssertionError):
    """A door answered with a problem."""

    def __init__(self, status: int, problem: Json) -> None:
        self.status, self.problem = status, problem
        super().__init__(f"{status} {problem}")

    @property
    def code(self) -> str:
        return str(self.problem.get("code"))


@dataclass
class Visitor:
    """Somebody at the REST door, with what they signed in by."""

    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: Any) -> Any:
        """Ask; a refusal is an error of the test unless it expects it."""
        return self._told(_door().get(f"/api/v1{path}", query, headers=self.headers))

    def post(self, path: str, body: Json | None = None, key: str = "") -> Any:
        """Have something done, under a fresh key unless one is given."""
        headers = {**self.headers, "Idempotency-Key": key or uuid4().hex}
        answer = _door().post(f"/api/v1{path}", body or {}, _JSON, headers=headers)
        return self._told(answer)

    def patch(self, path: str, body: Json) -> Any:
        """Change something in place."""
        return self._told(
            _door().patch(f"/api/v1{path}", body, _JSON, headers=self.headers)
        )

    @staticmethod
    def _told(answer: Any) -> Any:
        body = answer.json() if answer.content else {}
        if answer.status_code >= 400:
            raise Refusal(answer.status_code, body)
        return body


def program(client_id: str) -> Visitor:
    return _bearer(client_id, {"grant_type": "client_credentials"})


def paired(code: str, store: str, kind: str) -> Visitor:
    client_id = "tills" if kind == "TILL" else "tablets"
    known = {"client_id": client_id, "client_secret": SECRET}
    shown = _form("/oauth/device-authorization", known)
    pair_device(
        user_code=shown["user_code"],
        store_code=store,
        kind=kind,
        name=code,
        code=code,
        by=HEAD_OFFICE,
        at=clock.now(),
    )
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    return _bearer(client_id, {"grant_type": grant, "device_code": shown["device_code"]})


def _bearer(client_id: str, form: dict[str, str]) -> Visitor:
    known = {"client_id": client_id, "client_secret": SECRET}
    token = _form("/oauth/token", known | form)["access_token"]
    return Visitor({"Authorization": f"Bearer {token}"})


def _form(path: str, form: dict[str, str]) -> Json:
    body = "&".join(f"{name}={value}" for name, value in form.items())
    answer = _door().post(path, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())
