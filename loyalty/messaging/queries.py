"""Questions about messages."""

from dataclasses import dataclass
from datetime import datetime

from loyalty.messaging.models import Message, SandboxMail

SHOWN_AT_MOST = 100


@dataclass(frozen=True)
class Mail:
    """A message as the recipient got it in the sandbox."""

    channel: str
    subject: str
    body: str
    received_at: datetime


def mailbox(address: str) -> list[Mail]:
    """What an address received in the sandbox, newest first."""
    rows = SandboxMail.objects.filter(address=address).order_by("-received_at", "-id")
    return [
        Mail(row.channel, row.subject, row.body, row.received_at)
        for row in rows[:SHOWN_AT_MOST]
    ]


def messages_waiting() -> int:
    """How many messages are still to go out."""
    return Message.objects.waiting().count()
