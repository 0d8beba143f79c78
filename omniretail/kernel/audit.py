"""The audit trail: one row for every change that was asked for and made."""

from datetime import datetime
from typing import Any

import structlog

from omniretail.kernel.actors import Actor
from omniretail.kernel.models.journal import AuditEntry


def request_id() -> str:
    """The id of the request being served, or nothing outside one."""
    found = structlog.contextvars.get_contextvars().get("request_id", "")
    return str(found)[:64]


def record(
    *,
    actor: Actor,
    action: str,
    subject: str,
    at: datetime,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write down who did what to what, in the transaction that did it."""
    return AuditEntry.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor_key=actor.key,
        device=actor.device or "",
        store=actor.store or "",
        action=action,
        subject=subject,
        request_id=request_id(),
        detail=detail or {},
    )
