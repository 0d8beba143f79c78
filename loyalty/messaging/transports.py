"""The port through which messages leave the house."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import apprise
from django.conf import settings

from loyalty.messaging.models import SandboxMail


@dataclass(frozen=True)
class Letter:
    """A message ready to leave. The same key twice is the same letter."""

    key: str
    channel: str
    address: str
    subject: str
    body: str


class Transport(Protocol):
    """Takes letters to the outside."""

    def send(self, letter: Letter, *, at: datetime) -> None:
        """Hand the letter over.

        Raises:
            NotAccepted: the outside did not take it; it may be tried again.
        """


class NotAccepted(Exception):
    """The outside did not take a letter."""


class SandboxTransport:
    """Puts letters into the mailbox that the admin shows."""

    def send(self, letter: Letter, *, at: datetime) -> None:
        """Deliver once per key, however often it is tried."""
        SandboxMail.objects.get_or_create(
            key=letter.key,
            defaults={
                "channel": letter.channel,
                "address": letter.address,
                "subject": letter.subject,
                "body": letter.body,
                "received_at": at,
            },
        )


class AppriseTransport:
    """Sends through a gateway that Apprise knows.

    The gateway's parts come from settings; the recipient is passed as a target and never
    becomes a part of an address that is parsed.
    """

    def __init__(self, gateway: dict[str, object]) -> None:
        self._gateway = gateway

    def send(self, letter: Letter, *, at: datetime) -> None:
        """Hand the letter to the gateway, which accepts it or not."""
        del at
        service = apprise.Apprise.instantiate(
            {**self._gateway, "targets": [letter.address]}
        )
        if service is None:
            raise NotAccepted("the gateway's settings were refused")
        accepted = service.notify(
            body=letter.body, title=letter.subject, body_format=apprise.NotifyFormat.TEXT
        )
        if not accepted:
            raise NotAccepted("the gateway did not take it")


def transport_for(channel: str) -> Transport:
    """The channel's gateway, or the sandbox mailbox where none is set."""
    gateway = settings.MESSAGE_GATEWAYS.get(channel)
    return AppriseTransport(gateway) if gateway else SandboxTransport()
