"""Admitting programs to the REST door."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from oauth2_provider.generators import generate_client_id
from oauth2_provider.models import get_access_token_model, get_refresh_token_model
from oauth2_provider.scopes import get_scopes_backend

from omniretail.kernel import audit
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from omniretail.kernel.models.clients import ApiClient


class ScopeUnknown(DomainError):
    """There is no such scope."""


@dataclass(frozen=True)
class NewClient:
    """A client and its secret, which cannot be read again later."""

    client: ApiClient
    secret: str


@transaction.atomic
def create_client(
    *,
    name: str,
    scopes: Iterable[str],
    by: Actor,
    at: datetime,
    channel: str = "",
    for_devices: bool = False,
    client_id: str = "",
    secret: str = "",
) -> NewClient:
    """Admit a program, by client credentials or (for devices) by pairing.

    Raises:
        ScopeUnknown: a scope is not in the list of this service.
    """
    wanted = sorted(set(scopes))
    known = get_scopes_backend().get_all_scopes()
    for scope in wanted:
        if scope not in known:
            raise ScopeUnknown(field="scopes", scope=scope)
    secret = secret or secrets.token_urlsafe(48)
    client = ApiClient.objects.create(
        name=name,
        channel=channel,
        client_id=client_id or generate_client_id(),
        client_secret=secret,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=(
            ApiClient.GRANT_DEVICE_CODE
            if for_devices
            else ApiClient.GRANT_CLIENT_CREDENTIALS
        ),
        allowed_scopes=" ".join(wanted),
    )
    _note(client, "clients.create", by, at)
    return NewClient(client, secret)


@transaction.atomic
def renew_secret(*, client: ApiClient, by: Actor, at: datetime) -> NewClient:
    """Give the client another secret; the old one and its tokens end at once."""
    secret = secrets.token_urlsafe(48)
    client.client_secret = secret
    client.save(update_fields=["client_secret", "updated"])
    _end_tokens(client)
    _note(client, "clients.renew_secret", by, at)
    return NewClient(client, secret)


@transaction.atomic
def switch_off_client(*, client: ApiClient, by: Actor, at: datetime) -> None:
    """Shut the program out; its tokens end at once."""
    client.is_active = False
    client.save(update_fields=["is_active", "updated"])
    _end_tokens(client)
    _note(client, "clients.switch_off", by, at)


@transaction.atomic
def switch_on_client(*, client: ApiClient, by: Actor, at: datetime) -> None:
    """Let the program in again."""
    client.is_active = True
    client.save(update_fields=["is_active", "updated"])
    _note(client, "clients.switch_on", by, at)


def _end_tokens(client: ApiClient) -> None:
    get_refresh_token_model().objects.filter(application=client).delete()
    get_access_token_model().objects.filter(application=client).delete()


def _note(client: ApiClient, action: str, by: Actor, at: datetime) -> None:
    audit.record(
        actor=by,
        action=action,
        subject=f"client:{client.client_id}"[:150],
        at=at,
        detail={"name": client.name, "scopes": client.allowed_scopes},
    )
