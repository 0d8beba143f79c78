"""Believing a count: the levels are put right."""

from datetime import datetime

from django.db import transaction

from inventory.counts.models import CountLine, CountSession
from inventory.counts.operations.looking_up import deciding_lines, locked_count
from inventory.counts.operations.settling import look, put_right, weigh, write_down
from inventory.counts.operations.telling import brief_of, due_at, show_at
from omniretail.contracts.inventory import CountApproved
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from stores.people.roles import COUNTS_APPROVE

_APPROVED = [
    "status",
    "approved_at",
    "approved_by",
    "variance_amount",
    "needs_second_person",
]


class OwnCount(DomainError):
    """The variance is large. Somebody who did not count has to approve it."""

    kind = Kind.FORBIDDEN
    constraints = ("large_variance_is_approved_by_somebody_else",)


@transaction.atomic
def approve_count(*, number: str, by: Actor, at: datetime) -> None:
    """Put the levels right by what was missing or found when the shelves were counted.

    Sales, receipts and returns since then change nothing about that. A level is lowered
    to what is promised at most; the rest is told as short, and put right as soon as the
    promises end (`settle_short`).

    Raises:
        CountNotFound: no such count, or it is another place's.
        IllegalTransition: it is not counted to the end, or over.
        OwnCount: large, and `by` counted it.
    """
    session = locked_count(number, permission=COUNTS_APPROVE, by=by, at=at)
    session.become(CountSession.Status.APPROVED)
    believe(session, deciding_lines(session), by=by, at=at)


def believe(
    session: CountSession, lines: list[CountLine], *, by: Actor, at: datetime
) -> None:
    """The count, locked and in its new state, becomes true."""
    settled, keys = look(session, lines)
    write_down(session, lines, settled, at=at)
    weigh(session, lines)
    if session.needs_second_person and by.key in session.counters:
        raise OwnCount(
            variance_amount=str(session.variance_amount), currency=session.currency
        )
    session.approved_at, session.approved_by = at, by.key
    session.save(update_fields=_APPROVED)
    put_right(session, lines, settled, keys, attempt="", outdated=set(), by=by, at=at)
    outbox.publish(
        CountApproved(
            count=brief_of(session),
            round=session.round,
            by=by.key,
            units_off=sum(abs(line.variance or 0) for line in lines),
            short=sum(line.short for line in lines),
            due_at=due_at(at),
            occurred_at=at,
        )
    )
    show_at(session)
