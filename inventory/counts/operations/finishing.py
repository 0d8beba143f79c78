"""The end of a round: believe it, count again, or let somebody approve it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from inventory.counts.models import CountLine, CountSession
from inventory.counts.operations.approving import believe
from inventory.counts.operations.looking_up import (
    deciding_lines,
    lines_of_round,
    locked_count,
)
from inventory.counts.operations.settling import look, weigh, write_down
from inventory.counts.operations.telling import brief_of, due_at, show_at
from omniretail.contracts.inventory import CountFinished, CountRecountAsked
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from omniretail.kernel.states import IllegalTransition
from stores.people.roles import COUNTS_APPROVE, COUNTS_COUNT

Status = CountSession.Status
_ROUND = ["status", "round", "counted_at", "variance_amount", "needs_second_person"]
MOST_ROUNDS = 9


class NothingCounted(DomainError):
    """Nothing is counted yet."""


class StillToCount(DomainError):
    """Some articles are not counted again yet."""


class NothingToRecount(DomainError):
    """None of this can be counted again."""


@transaction.atomic
def finish_count(*, number: str, by: Actor, at: datetime) -> str:
    """Everything of this round is counted; answers the state that follows.

    After the first round, articles that are off by more than their tolerance are counted
    again (RECOUNT). Otherwise the count waits for approval (COUNTED), unless every level
    was right: then there is nothing to approve (APPROVED). Articles of a list that were
    not counted stay uncounted: nothing is taken for missing that nobody looked for.

    Raises:
        CountNotFound: no such count, or it is another place's.
        IllegalTransition: it is not being counted.
        NothingCounted: not one article is counted.
        StillToCount: articles to count again are left.
    """
    session = locked_count(number, permission=COUNTS_COUNT, by=by, at=at)
    if not session.is_blind:
        raise IllegalTransition(current=session.status, wanted=str(Status.COUNTED))
    _refuse_unfinished(session)
    lines = deciding_lines(session)
    settled, _keys = look(session, lines)
    write_down(session, lines, settled, at=at)
    doubtful = [line for line in lines if not line.is_tolerated]
    if session.round == 1 and doubtful:
        _count_again(session, doubtful, by=by, at=at)
        return str(session.status)
    session.become(Status.COUNTED)
    session.counted_at = at
    weigh(session, lines)
    session.save(update_fields=_ROUND)
    if not any(line.variance for line in lines):
        session.become(Status.APPROVED)
        believe(session, lines, by=by, at=at)
        return str(session.status)
    outbox.publish(
        CountFinished(
            count=brief_of(session),
            round=session.round,
            by=by.key,
            needs_second_person=session.needs_second_person,
            due_at=due_at(at),
            occurred_at=at,
        )
    )
    show_at(session)
    return str(session.status)


@transaction.atomic
def recount(
    *, number: str, by: Actor, at: datetime, sku_codes: Collection[str] | None = None
) -> None:
    """Have articles counted once more before approving: these, or all that are off.

    Raises:
        CountNotFound: no such count, or it is another place's.
        IllegalTransition: it is not counted, or over.
        NothingToRecount: no such articles in the count, or it had all its rounds.
    """
    session = locked_count(number, permission=COUNTS_APPROVE, by=by, at=at)
    if session.status != Status.COUNTED:
        raise IllegalTransition(current=session.status, wanted=str(Status.RECOUNT))
    lines = deciding_lines(session)
    chosen = [
        line
        for line in lines
        if (line.variance if sku_codes is None else line.sku.code in sku_codes)
    ]
    if not chosen or session.round >= MOST_ROUNDS:
        raise NothingToRecount(count=number)
    _count_again(session, chosen, by=by, at=at)


def _refuse_unfinished(session: CountSession) -> None:
    lines = lines_of_round(session)
    left = [line.sku.code for line in lines if line.counted is None]
    if len(left) == len(lines):
        raise NothingCounted(count=session.number)
    if left and session.round > 1:
        raise StillToCount(skus=left)


def _count_again(
    session: CountSession, lines: Sequence[CountLine], *, by: Actor, at: datetime
) -> None:
    session.become(Status.RECOUNT)
    session.round += 1
    session.counted_at = session.variance_amount = None
    session.needs_second_person = False
    session.save(update_fields=_ROUND)
    CountLine.objects.bulk_create(
        CountLine(session=session, sku_id=line.sku_id, round=session.round)
        for line in lines
    )
    outbox.publish(
        CountRecountAsked(
            count=brief_of(session),
            round=session.round,
            by=by.key,
            due_at=due_at(at),
            occurred_at=at,
        )
    )
    show_at(session)
