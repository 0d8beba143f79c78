"""Messages leave the house, are tried again, or are given up with a reason."""

from datetime import datetime, timedelta
from typing import Any

import apprise
import pytest
from pytest_django import Settings

from loyalty.messaging import operations
from loyalty.messaging.models import Message
from loyalty.messaging.notices import READY, Recipient, pause_after
from loyalty.messaging.operations import (
    Event,
    MessageNotFound,
    queue_message,
    retry_message,
    send_due,
)
from loyalty.messaging.queries import mailbox
from loyalty.messaging.transports import Letter, NotAccepted, transport_for
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.states import IllegalTransition
from tests.clock import NOON
from tests.lawbook import broken
from tests.loyalty import facts

PHONE = "+79121234567"


CLOCK = ("Europe/Moscow", "ru")
CONTEXT = {"order": facts.brief(), "part": {"clock": CLOCK}, "keep_until": NOON}


class Broken:
    """A gateway that takes nothing."""

    def send(self, letter: Letter, *, at: datetime) -> None:
        raise NotAccepted("no connection")


@pytest.fixture
def message(db: None) -> Message:
    order = facts.brief()
    written = queue_message(
        notice=READY,
        recipient=Recipient(PHONE, "", "ru", "Анна"),
        event=Event("fulfilment:F-1:ready", NOON, order.number),
        context=CONTEXT,
    )
    assert written is not None
    return written


@pytest.fixture
def no_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "transport_for", lambda channel: Broken())


def fail_until_parked(message: Message) -> datetime:
    at = NOON
    for _try in range(20):
        send_due(at=at, limit=10)
        message.refresh_from_db()
        if message.status == "PARKED":
            break
        at = message.next_try_at
    return at


def test_a_sent_message_lies_in_the_mailbox_once(message: Message) -> None:
    assert send_due(at=NOON, limit=10) == 1
    assert send_due(at=NOON, limit=10) == 0
    message.refresh_from_db()
    assert (message.status, message.sent_at) == ("SENT", NOON)
    (mail,) = mailbox(PHONE)
    assert mail.body == message.body


def test_a_failed_message_waits_longer_and_longer(
    message: Message, no_gateway: None
) -> None:
    send_due(at=NOON, limit=10)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("FAILED", "NotAccepted: no connection")
    assert message.next_try_at == NOON + timedelta(seconds=30)
    assert send_due(at=NOON, limit=10) == 0
    assert [pause_after(tries) for tries in (1, 2, 3, 20)] == [30, 60, 120, 3600]


def test_after_its_tries_it_is_given_up_with_a_reason_and_may_be_retried(
    message: Message, no_gateway: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = fail_until_parked(message)
    assert (message.status, message.tries) == ("PARKED", 6)
    assert "no connection" in message.reason
    monkeypatch.undo()
    retry_message(event_key=message.event_key, by=SYSTEM, at=at)
    send_due(at=at, limit=10)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("SENT", "")
    assert not broken(only={"O6"})


def test_only_a_message_given_up_can_be_retried(message: Message) -> None:
    with pytest.raises(IllegalTransition):
        retry_message(event_key=message.event_key, by=SYSTEM, at=NOON)
    with pytest.raises(MessageNotFound):
        retry_message(event_key="none", by=SYSTEM, at=NOON)


def test_a_worker_that_died_leaves_a_claim_that_runs_out(message: Message) -> None:
    operations._claim(NOON, 10)
    assert send_due(at=NOON, limit=10) == 0
    assert send_due(at=NOON + operations.LEASE, limit=10) == 1
    assert len(mailbox(PHONE)) == 1


def test_one_bad_message_does_not_stop_the_rest(
    message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_message(
        notice=READY,
        recipient=Recipient("+79990000000", "", "ru"),
        event=Event("other", NOON),
        context=CONTEXT,
    )
    whole = transport_for("SMS")

    class Picky:
        def send(self, letter: Letter, *, at: datetime) -> None:
            if letter.address == PHONE:
                raise RuntimeError("boom")
            whole.send(letter, at=at)

    monkeypatch.setattr(operations, "transport_for", lambda channel: Picky())
    assert send_due(at=NOON, limit=10) == 2
    assert len(mailbox("+79990000000")) == 1


def test_a_batch_is_bounded(message: Message) -> None:
    assert send_due(at=NOON, limit=0) == 0


def test_a_real_gateway_gets_the_address_as_a_target_only(
    message: Message, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    class Service:
        def notify(self, **letter: object) -> bool:
            seen.update(letter)
            return False

    def instantiate(parts: dict[str, Any]) -> Service:
        seen["parts"] = parts
        return Service()

    monkeypatch.setattr(apprise.Apprise, "instantiate", staticmethod(instantiate))
    settings.MESSAGE_GATEWAYS = {"SMS": {"schema": "gate", "token": "x"}}
    send_due(at=NOON, limit=10)
    assert seen["parts"] == {"schema": "gate", "token": "x", "targets": [PHONE]}
    assert seen["body"] == message.body
    message.refresh_from_db()
    assert message.status == "FAILED"
