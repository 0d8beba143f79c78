"""Messages are written once per event, sent, tried again, or given up."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from loyalty.identity.models import Customer
from loyalty.identity.operations import clear_code
from loyalty.identity.queries import may_receive
from loyalty.messaging.models import Message
from loyalty.messaging.notices import Notice, Recipient, channels, pause_after
from loyalty.messaging.transports import Letter, transport_for
from loyalty.messaging.wording import with_code, write_text
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.market import known_language

TASK = "loyalty.messaging.tasks.send_messages"
LEASE = timedelta(minutes=2)

log = structlog.get_logger()


class MessageNotFound(DomainError):
    """There is no such message."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class Event:
    """What a message is about: a key that is never told twice, and when it happened."""

    key: str
    at: datetime
    order_number: str = ""
    code_key: str = ""


@transaction.atomic
def queue_message(
    *,
    notice: Notice,
    recipient: Recipient,
    event: Event,
    context: Mapping[str, object],
) -> Message | None:
    """Write a message down for sending, once per event.

    Answers None when nobody is to be told: there is no address, or the customer did not
    agree to messages of this purpose.
    """
    customer = _customer(recipient)
    pk = customer.pk if customer else None
    open_to = [
        channel
        for channel in channels(notice, recipient)
        if may_receive(pk, notice.purpose, channel, event.at)
    ]
    if not open_to:
        return None
    language = known_language(recipient.language)
    text = write_text(
        notice.template,
        open_to[0],
        language,
        {"name": recipient.name, "language": language, **context},
    )
    message, made = Message.objects.get_or_create(
        event_key=event.key,
        defaults={
            "template": notice.template,
            "purpose": notice.purpose,
            "language": language,
            "channel": open_to[0],
            "address": recipient.address(open_to[0]),
            "subject": text.subject,
            "body": text.body,
            "code_key": event.code_key,
            "customer": customer,
            "order_number": event.order_number,
            "created_at": event.at,
            "next_try_at": event.at,
        },
    )
    if made:
        transaction.on_commit(_wake, robust=True)
    return message


def send_due(*, at: datetime, limit: int) -> int:
    """Send messages whose turn it is; answers how many were tried.

    Each is claimed in a short transaction, sent outside of any, and settled in another;
    a worker that dies in between leaves a claim that runs out.
    """
    claimed = _claim(at, limit)
    for message in claimed:
        _send(message, at)
    return len(claimed)


@transaction.atomic
def retry_message(*, event_key: str, by: Actor, at: datetime) -> Message:
    """Give a message that was given up a fresh set of tries.

    Raises:
        MessageNotFound: there is none for this event.
        IllegalTransition: it was not given up.
    """
    del by
    message = Message.objects.filter(event_key=event_key).locked().first()
    if message is None:
        raise MessageNotFound(event=event_key)
    message.become(Message.Status.QUEUED)
    message.tries, message.reason, message.next_try_at = 0, "", at
    message.save(update_fields=["status", "tries", "reason", "next_try_at"])
    transaction.on_commit(_wake, robust=True)
    return message


@transaction.atomic
def _claim(at: datetime, limit: int) -> list[Message]:
    rows = Message.objects.due(at).select_for_update(skip_locked=True, of=("self",))
    chosen = list(rows[:limit])
    Message.objects.filter(pk__in=[message.pk for message in chosen]).update(
        tries=F("tries") + 1, next_try_at=at + LEASE
    )
    for message in chosen:
        message.tries += 1
    return chosen


def _send(message: Message, at: datetime) -> None:
    letter = _letter(message)
    if letter is None:
        _settle(message, at, reason="the code has ended", is_final=True)
        return
    try:
        transport_for(message.channel).send(letter, at=at)
    except Exception as exception:  # noqa: BLE001 - one bad message must not stop the rest
        log.warning("message_not_sent", key=message.event_key, tries=message.tries)
        _settle(message, at, reason=f"{type(exception).__name__}: {exception}"[:500])
        return
    _settle(message, at)


def _letter(message: Message) -> Letter | None:
    subject, body = message.subject, message.body
    if message.code_key:
        code = clear_code(message.code_key)
        if code is None:
            return None
        subject, body = with_code(subject, code), with_code(body, code)
    return Letter(message.event_key, message.channel, message.address, subject, body)


@transaction.atomic
def _settle(
    message: Message, at: datetime, *, reason: str = "", is_final: bool = False
) -> None:
    row = Message.objects.waiting().filter(pk=message.pk).locked().first()
    if row is None:
        return
    if not reason:
        row.become(Message.Status.SENT)
        row.sent_at = at
    elif is_final or row.tries >= limits().message_tries:
        row.become(Message.Status.PARKED)
    elif row.status != Message.Status.FAILED:
        row.become(Message.Status.FAILED)
    row.reason = reason
    if row.status == Message.Status.FAILED:
        row.next_try_at = at + timedelta(seconds=pause_after(row.tries))
    row.save(update_fields=["status", "sent_at", "reason", "next_try_at"])


def _customer(recipient: Recipient) -> Customer | None:
    if recipient.customer_number is None:
        return None
    return Customer.objects.filter(number=recipient.customer_number).first()


def _wake() -> None:
    """Ask the worker to send; the rows are the truth, so a lost wake-up only delays."""
    with contextlib.suppress(OperationalError, OSError):
        current_app.signature(TASK).apply_async(retry=False)
