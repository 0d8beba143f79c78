"""Pairing of devices: a person approves the code a device shows (RFC 8628)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from oauth2_provider.models import (
    get_access_token_model,
    get_device_grant_model,
    get_refresh_token_model,
)

from omniretail.kernel.codes import normalise_code, random_code
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.models.clients import ApiClient
from omniretail.kernel.models.users import User


class PairingNotFound(DomainError):
    """No device is showing this code. It may have run out."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class PairingRequest:
    """A device that waits to be paired."""

    user_code: str
    client: str
    scopes: tuple[str, ...]
    ends_at: datetime


def new_user_code() -> str:
    """Eight characters to read off one screen and type into another."""
    return random_code(8)


def find_pairing(user_code: str, *, at: datetime) -> PairingRequest:
    """The waiting device that shows this code.

    Raises:
        PairingNotFound: none does, or its time has run out.
    """
    model = get_device_grant_model()
    found = model.objects.filter(
        user_code=normalise_code(user_code),
        status=model.AUTHORIZATION_PENDING,
        expires__gt=at,
    ).first()
    if found is None:
        raise PairingNotFound
    client = ApiClient.objects.get(client_id=found.client_id)
    return PairingRequest(
        found.user_code, client.name, tuple(found.scope.split()), found.expires
    )


@transaction.atomic
def approve_pairing(*, user_code: str, user: User, at: datetime) -> None:
    """The waiting device becomes this device user and may fetch its token.

    Raises:
        PairingNotFound: no device shows this code (any more).
    """
    _decide(user_code, get_device_grant_model().AUTHORIZED, user=user, at=at)


@transaction.atomic
def deny_pairing(*, user_code: str, at: datetime) -> None:
    """The waiting device is turned away.

    Raises:
        PairingNotFound: no device shows this code (any more).
    """
    _decide(user_code, get_device_grant_model().DENIED, user=None, at=at)


@transaction.atomic
def revoke_tokens(*, user: User) -> int:
    """Make every token of a user worthless at once; answers how many there were."""
    get_refresh_token_model().objects.filter(user=user).delete()
    get_device_grant_model().objects.filter(user=user).delete()
    return int(get_access_token_model().objects.filter(user=user).delete()[0])


def _decide(user_code: str, status: str, *, user: User | None, at: datetime) -> None:
    model = get_device_grant_model()
    decided = model.objects.filter(
        user_code=normalise_code(user_code),
        status=model.AUTHORIZATION_PENDING,
        expires__gt=at,
    ).update(status=status, user=user)
    if not decided:
        raise PairingNotFound
