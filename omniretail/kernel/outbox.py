"""Publishing facts and delivering them: at least once, harmless twice, in order."""

from collections import Counter
from collections.abc import Callable, Sequence
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

_NEXT_SEQUENCES = """
    INSERT INTO kernel_subjectsequence AS s (subject, last)
    SELECT * FROM unnest(%s::text[], %s::bigint[])
    ON CONFLICT (subject) DO UPDATE SET last = s.last + EXCLUDED.last
    RETURNING subject, last
"""


class NotInTransaction(RuntimeError):
    """A fact published outside a transaction could be told without being true."""


def publish(fact: Fact) -> None:
    """Write the fact down in the transaction that makes it true; the relay tells it.

    Raises:
        NotInTransaction: there is no transaction to be part of.
    """
    publish_all([fact])


def publish_all(facts: Sequence[Fact]) -> None:
    """Write down several facts that one transaction makes true, in this order.

    Raises:
        NotInTransaction: there is no transaction to be part of.
    """
    if not facts:
        return
    if not connection.in_atomic_block:
        raise NotInTransaction(facts[0].name)
    last = _last_sequences(facts)
    OutboxFact.objects.bulk_create(
        OutboxFact(
            name=fact.name,
            subject=fact.subject,
            sequence=last[fact.subject].pop(),
            payload=fact.dump(),
            request_id=request_id(),
            occurred_at=fact.occurred_at,
        )
        for fact in facts
    )


def _last_sequences(facts: Sequence[Fact]) -> dict[str, list[int]]:
    """The numbers that these facts get, by subject, the first one last; their subjects
    are taken in the order of their names."""
    counts = Counter(fact.subject for fact in facts)
    subjects = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_SEQUENCES, [subjects, [counts[name] for name in subjects]])
        rows = cursor.fetchall()
        cursor.execute(f"NOTIFY {CHANNEL}")
    return {
        subject: list(range(last, last - counts[subject], -1)) for subject, last in rows
    }


def deliver_due() -> int:
    """Deliver a batch of facts whose turn it is; answers how many were worked on.

    Several relays may do this at once: each takes other rows.
    """
    passed = _pass_over()
    due = OutboxFact.objects.due().filter(name__in=_heeded())
    keys = list(due.values_list("pk", flat=True)[: limits().relay_batch])
    return passed + sum(_deliver_one(key) for key in keys)


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


@transaction.atomic
def _pass_over() -> int:
    """Facts to which nothing reacts are delivered by being looked at, many at once."""
    silent = OutboxFact.objects.due().exclude(name__in=_heeded())
    keys = silent.select_for_update(skip_locked=True).values_list("pk", flat=True)
    passed = list(keys[: limits().relay_passed])
    return OutboxFact.objects.filter(pk__in=passed).update(delivered_at=Now())


def _deliver_one(key: int) -> bool:
    """Deliver a fact that was due a moment ago, unless somebody else has."""
    with ExitStack() as lines, transaction.atomic():
        due = OutboxFact.objects.due().filter(pk=key)
        fact = due.select_for_update(skip_locked=True).first()
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
    return _table().get(name, [])


def _heeded() -> list[str]:
    """The names of the facts to which something reacts."""
    return [name for name, reactions in _table().items() if reactions]


def _table() -> dict[str, list[str]]:
    table: dict[str, list[str]] = import_string("omniretail.subscriptions.REACTIONS")
    return table


@cache
def _resolved(dotted: str) -> Callable[[Fact], None]:
    reaction: Callable[[Fact], None] = import_string(dotted)
    return reaction
