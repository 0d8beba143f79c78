"""The audit trail: one row for every change that was asked for and made."""

import json
from datetime import datetime
from typing import Any

import structlog

from omniretail.kernel.actors import Actor
from omniretail.kernel.prepared import prepared

RECORDED = """
    INSERT INTO kernel_auditentry (at, actor_kind, actor_key, device, store, action,
        subject, request_id, detail)
    VALUES (%(at)s::timestamptz, %(actor_kind)s::text, %(actor_key)s::text,
            %(device)s::text, %(store)s::text, %(action)s::text, %(subject)s::text,
            %(request_id)s::text, %(detail)s::jsonb)
    RETURNING id
"""


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
) -> None:
    """Write down who did what to what, in the transaction that did it."""
    prepared(
        RECORDED,
        columns(actor=actor, action=action, subject=subject, at=at, detail=detail),
    )


def columns(
    *,
    actor: Actor,
    action: str,
    subject: str,
    at: datetime,
    detail: dict[str, Any] | None,
) -> dict[str, Any]:
    """The same as the parameters of `RECORDED`, for a statement that writes more."""
    return {
        "at": at,
        "actor_kind": str(actor.kind),
        "actor_key": actor.key,
        "device": actor.device or "",
        "store": actor.store or "",
        "action": action,
        "subject": subject,
        "request_id": request_id(),
        "detail": json.dumps(detail or {}),
    }
