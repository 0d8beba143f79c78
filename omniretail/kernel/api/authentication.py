"""Machines and devices sign in with an OAuth bearer token."""

import hashlib
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from omniretail.kernel import clock
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.models.users import User
from omniretail.kernel.prepared import prepared

CHALLENGE = 'Bearer realm="api"'
_LONGEST_TOKEN = 255
_FOREIGN_PREFIXES = ("cust_",)
# Asked again for every request: what is revoked, run out or switched off ends at once.
# `OFFSET 0` keeps the user, whom few tokens have, one look-up by key.
_FOUND = """
    SELECT t.scope, c.allowed_scopes, c.client_id, c.channel, c.name,
           u.id, u.kind, u.is_active, u.name
    FROM oauth2_provider_accesstoken t
    JOIN kernel_apiclient c ON c.id = t.application_id
    LEFT JOIN LATERAL (SELECT * FROM kernel_user WHERE id = t.user_id OFFSET 0) u ON true
    WHERE t.token_checksum = %(checksum)s::text AND t.expires > %(now)s::timestamptz
      AND c.is_active
"""

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
    found = prepared(_FOUND, {"checksum": checksum, "now": clock.now()})
    if not found:
        return None
    scope, allowed, client_id, channel, name, *user = found[0]
    scopes = frozenset(scope.split()) & frozenset(allowed.split())
    if user[0] is None:
        return Principal(PrincipalKind.CLIENT, client_id, scopes, channel, name=name)
    return _device(*user, channel=channel, scopes=scopes)


def _device(
    key: int, kind: str, is_active: bool, name: str, *, channel: str, scopes: frozenset[str]
) -> Principal | None:
    if not is_active or kind != User.Kind.DEVICE:
        return None
    place: DevicePlace = import_string(settings.DEVICE_PLACE)
    found = place(key)
    if found is None:
        return None
    device, store = found
    return Principal(
        kind=PrincipalKind.DEVICE,
        key=device,
        scopes=scopes,
        channel=channel,
        store=store,
        device=device,
        name=name,
    )
