"""Machines and devices sign in with an OAuth bearer token."""

import hashlib
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from omniretail.kernel import clock
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.models.clients import ApiClient
from omniretail.kernel.models.users import User

CHALLENGE = 'Bearer realm="api"'
_LONGEST_TOKEN = 255
_FOREIGN_PREFIXES = ("cust_",)

# Answers where the device behind a user stands: (device code, store code).
DevicePlace = Callable[[int], tuple[str, str] | None]


def bearer_token(request: Request) -> str | None:
    """The token of the Authorization header, if there is one."""
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class DoorAuthentication(BaseAuthentication):
    """Asks those who can recognise a principal, in the order of the front door's list."""

    def authenticate(self, request: Request) -> tuple[Principal, Principal] | None:
        for recogniser in _recognisers():
            found: tuple[Principal, Principal] | None = recogniser.authenticate(request)
            if found is not None:
                return found
        return None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


@cache
def _recognisers() -> tuple[BaseAuthentication, ...]:
    return tuple(import_string(dotted)() for dotted in settings.AUTHENTICATORS)


class ClientAuthentication(BaseAuthentication):
    """A bearer token of this service: a client's own, or a paired device's."""

    def authenticate(self, request: Request) -> tuple[Principal, Principal] | None:
        token = bearer_token(request)
        if token is None or token.startswith(_FOREIGN_PREFIXES):
            return None
        principal = principal_of(token)
        if principal is None:
            raise AuthenticationFailed(
                _("This token is not valid (any more)."), "bad_token"
            )
        return principal, principal

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def principal_of(token: str) -> Principal | None:
    """Whom a bearer token stands for; nobody when it is unknown, expired or revoked."""
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    checksum = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
    found = (
        get_access_token_model()
        .objects.select_related("application", "user")
        .filter(token_checksum=checksum, expires__gt=clock.now())
        .first()
    )
    if found is None or found.application is None or not found.application.is_active:
        return None
    scopes = frozenset(found.scope.split()) & found.application.scopes
    if found.user is None:
        return _client(found.application, scopes)
    return _device(found.user, found.application, scopes)


def _client(client: ApiClient, scopes: frozenset[str]) -> Principal:
    return Principal(
        kind=PrincipalKind.CLIENT,
        key=client.client_id,
        scopes=scopes,
        channel=client.channel,
        name=client.name,
    )


def _device(user: User, client: ApiClient, scopes: frozenset[str]) -> Principal | None:
    if not user.is_active or user.kind != User.Kind.DEVICE:
        return None
    place: DevicePlace = import_string(settings.DEVICE_PLACE)
    found = place(user.pk)
    if found is None:
        return None
    device, store = found
    return Principal(
        kind=PrincipalKind.DEVICE,
        key=device,
        scopes=scopes,
        channel=client.channel,
        store=store,
        device=device,
        name=user.name,
    )
