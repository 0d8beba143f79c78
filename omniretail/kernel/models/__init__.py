"""The kernel's nouns, gathered for Django."""

from omniretail.kernel.models.clients import ApiClient
from omniretail.kernel.models.idempotency import IdempotencyKey
from omniretail.kernel.models.journal import (
    AuditEntry,
    Heartbeat,
    LawRun,
    StateStep,
)
from omniretail.kernel.models.outbox import OutboxFact, Receipt, SubjectSequence
from omniretail.kernel.models.users import User

__all__ = [
    "ApiClient",
    "AuditEntry",
    "Heartbeat",
    "IdempotencyKey",
    "LawRun",
    "OutboxFact",
    "Receipt",
    "StateStep",
    "SubjectSequence",
    "User",
]
