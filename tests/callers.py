"""Principals who call the REST door in tests."""

import hashlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from oauth2_provider.models import get_access_token_model
from rest_framework.test import APIClient

from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.api.principals import Principal
from omniretail.kernel.clients import create_client
from omniretail.kernel.models import ApiClient, User

Answer = Any
"""A response as the test client gives it, with `json()`."""


class Caller(APIClient):
    """An API client that sends a fresh Idempotency-Key with every POST unless told one."""

    def post(  # type: ignore[override]
        self, path: str, data: Any = None, *args: Any, **kwargs: Any
    ) -> Answer:
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Idempotency-Key", kwargs.pop("key", None) or uuid4().hex)
        return super().post(path, data, *args, headers=headers, **kwargs)


def token_for(client: ApiClient, *, user: User | None = None) -> str:
    """A token of this client as the token endpoint would give it."""
    token = uuid4().hex
    get_access_token_model().objects.create(
        application=client,
        user=user,
        scope=client.allowed_scopes,
        token="",
        token_checksum=hashlib.sha256(token.encode()).hexdigest(),
        expires=clock.now() + timedelta(hours=1),
    )
    return token


def a_client(
    scopes: Iterable[str] = (), *, channel: str = "site", for_devices: bool = False
) -> ApiClient:
    """A program that was admitted with these scopes."""
    return create_client(
        name=f"Client {uuid4().hex[:6]}",
        scopes=scopes,
        channel=channel,
        for_devices=for_devices,
        by=SYSTEM,
        at=clock.now(),
    ).client


def as_client(*scopes: str, channel: str = "site") -> Caller:
    """A program signed in with these scopes."""
    return bearer(token_for(a_client(scopes, channel=channel)))


def as_device(user: User, *scopes: str, channel: str = "pos") -> Caller:
    """A paired device signed in as its own user."""
    client = a_client(scopes, channel=channel, for_devices=True)
    return bearer(token_for(client, user=user))


def bearer(token: str) -> Caller:
    """Whoever holds this token."""
    return Caller(headers={"Authorization": f"Bearer {token}"})


def nobody() -> Caller:
    """A stranger."""
    return Caller()


def posing_as(principal: Principal) -> AbstractContextManager[Any]:
    """For the time being every request comes from this principal."""
    return patch(
        "omniretail.kernel.api.authentication.DoorAuthentication.authenticate",
        lambda _self, _request: (principal, principal),
    )
