"""The reading room with levers, and the kernel's own shelves in it."""

from omniretail.kernel.admin.base import (
    LedgerAdmin,
    ReadingInline,
    ReadOnlyAdmin,
    ReferenceAdmin,
    actor,
    told,
)
from omniretail.kernel.admin.clients import ApiClientAdmin
from omniretail.kernel.admin.facts import OutboxFactAdmin, ReceiptAdmin
from omniretail.kernel.admin.journal import (
    AuditEntryAdmin,
    HeartbeatAdmin,
    IdempotencyKeyAdmin,
    LawRunAdmin,
    StateStepAdmin,
)
from omniretail.kernel.admin.levers import lever
from omniretail.kernel.admin.users import UserAdmin

__all__ = [
    "ApiClientAdmin",
    "AuditEntryAdmin",
    "HeartbeatAdmin",
    "IdempotencyKeyAdmin",
    "LawRunAdmin",
    "LedgerAdmin",
    "OutboxFactAdmin",
    "ReadOnlyAdmin",
    "ReadingInline",
    "ReceiptAdmin",
    "ReferenceAdmin",
    "StateStepAdmin",
    "UserAdmin",
    "actor",
    "lever",
    "told",
]
