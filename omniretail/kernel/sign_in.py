"""Passwords at the admin's door: a few wrong ones, then a pause.

The wrong ones are written to the audit trail, which is also where they are counted: the
guard holds with the cache down and over several hosts.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from omniretail.kernel import audit, clock
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.limits import limits
from omniretail.kernel.models.journal import AuditEntry
from omniretail.kernel.models.users import User

WRONG = "sign_in.wrong_password"
_LONGEST = 100


class GuardedBackend(ModelBackend):
    """Django's own backend behind a guard: tries are bounded for each name and address,
    and for each name over all addresses; devices have no password door."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        name = (username or "")[:_LONGEST]
        at = clock.now()
        if request is None or not name:
            return self._checked(request, username, password, **kwargs)
        address = address_of(request)
        if _is_shut(name, address, at):
            return None
        user = self._checked(request, username, password, **kwargs)
        if user is None:
            _note(name, address, at)
        return user

    def _checked(
        self, request: HttpRequest | None, *args: Any, **kwargs: Any
    ) -> User | None:
        user = super().authenticate(request, *args, **kwargs)
        if isinstance(user, User) and user.kind == User.Kind.PERSON:
            return user
        return None


def address_of(request: HttpRequest) -> str:
    """Where a request came from, as the outermost proxy we trust has seen it."""
    proxies: int = settings.PROXIES
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if proxies and hops[0]:
        return str(hops[-min(proxies, len(hops))]).strip()[:_LONGEST]
    return str(request.META.get("REMOTE_ADDR", ""))


def _is_shut(name: str, address: str, at: datetime) -> bool:
    recent = AuditEntry.objects.filter(
        actor_key=name, action=WRONG, at__gt=at - limits().sign_in_pause
    )
    if recent.filter(detail__address=address).count() >= limits().sign_in_tries:
        return True
    return recent.count() >= limits().sign_in_tries_everywhere


def _note(name: str, address: str, at: datetime) -> None:
    audit.record(
        actor=Actor(ActorKind.GUEST, name),
        action=WRONG,
        subject="admin",
        at=at,
        detail={"address": address},
    )
