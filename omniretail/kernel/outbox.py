"""Publishing facts and delivering them: at least once, harmless twice, in order."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import cache

import structlog
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from omniretail.contracts.base import Fact
from omniretail.kernel.audit import request_id
from omniretail.kernel.limits import limits
from omniretail.kernel.models.outbox import OutboxFact, Receipt

CHANNEL = "omniretail_outbox"

log = structlog.get_logger()

_NEXT_SEQUENCE = """
    INSERT INTO kernel_subjectsequence AS s (subject, last) VALUES (%s, 1)
    ON CONFLICT (subject) DO UPDATE SET last = s.last + 1
    RETURNING last
"""


class NotInTransaction(RuntimeError):
    """A fact published outside a transaction could be told without being true."""


def publish(fact: Fact) -> None:
    """Write the fact down in the transaction that makes it true; the relay tells it.

    Raises:
        NotInTransaction: there is no transaction to be part of.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(fact.name)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_SEQUENCE, [fact.subject])
        (sequence,) = cursor.fetchone()
        cursor.execute(f"NOTIFY {CHANNEL}")
    OutboxFact.objects.create(
        name=fact.name,
        subject=fact.subject,
        sequence=sequence,
        payload=fact.dump(),
        request_id=request_id(),
        occurred_at=fact.occurred_at,
    )


def deliver_due() -> int:
    """Deliver a batch of facts whose turn it is; answers how many were worked on.

    Several relays may do this at once: each takes other rows.
    """
    worked = 0
    while worked < limits().relay_batch and _deliver_next():
        worked += 1
    return worked


def drain() -> int:
    """Deliver until nothing is due."""
    total = 0
    while worked := deliver_due():
        total += worked
    return total


def retry_parked(fact: OutboxFact) -> None:
    """Give a parked fact a fresh set of tries."""
    OutboxFact.objects.filter(pk=fact.pk, delivered_at=None).update(
        parked_at=None, tries=0, next_try_at=Now(), error=""
    )


def _deliver_next() -> bool:
    with ExitStack() as lines, transaction.atomic():
        fact = OutboxFact.objects.due().select_for_update(skip_locked=True).first()
        if fact is None:
            return False
        # What follows the commit, such as waking a job, still says what caused it.
        lines.enter_context(
            structlog.contextvars.bound_contextvars(
                fact=fact.pk, request_id=fact.request_id
            )
        )
        _deliver(fact)
    return True


def _deliver(fact: OutboxFact) -> None:
    try:
        with transaction.atomic():
            _react(fact)
    except Exception as exception:  # noqa: BLE001 - one bad reaction must not stop the relay
        _put_off(fact, exception)
        return
    fact.delivered_at = Now()
    fact.save(update_fields=["delivered_at"])
    log.info("fact_delivered", name=fact.name, subject=fact.subject)


def _react(fact: OutboxFact) -> None:
    told = Fact.registry[fact.name].load(fact.payload)
    for dotted in reactions_to(fact.name):
        _receipt, fresh = Receipt.objects.get_or_create(fact=fact, reaction=dotted)
        if fresh:
            with structlog.contextvars.bound_contextvars(reaction=dotted):
                _resolved(dotted)(told)


def _put_off(fact: OutboxFact, exception: Exception) -> None:
    fact.tries += 1
    fact.error = f"{type(exception).__name__}: {exception}"[:2000]
    if fact.tries >= limits().reaction_tries:
        fact.parked_at = Now()
    else:
        fact.next_try_at = Now() + timedelta(seconds=min(2**fact.tries, 60))
    fact.save(update_fields=["tries", "error", "parked_at", "next_try_at"])
    log.exception("fact_put_off", name=fact.name, subject=fact.subject, tries=fact.tries)


def reactions_to(name: str) -> list[str]:
    """The dotted reactions that the front door's table lists for a fact."""
    table: dict[str, list[str]] = import_string("omniretail.subscriptions.REACTIONS")
    return table.get(name, [])


@cache
def _resolved(dotted: str) -> Callable[[Fact], None]:
    reaction: Callable[[Fact], None] = import_string(dotted)
    return reaction
