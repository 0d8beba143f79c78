"""Money of an order, and the sandbox gateway's books."""

from orders.payments.models.money import (
    UNANSWERED,
    MoneyStep,
    PaymentRequest,
    RequestStatus,
    Tender,
    TenderEntry,
    TenderKind,
    TenderStatus,
)
from orders.payments.models.sandbox import (
    SandboxCall,
    SandboxCharge,
)

__all__ = [
    "UNANSWERED",
    "MoneyStep",
    "PaymentRequest",
    "RequestStatus",
    "SandboxCall",
    "SandboxCharge",
    "Tender",
    "TenderEntry",
    "TenderKind",
    "TenderStatus",
]
