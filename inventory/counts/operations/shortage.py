"""What a count found missing although it is promised: put right when promises end."""

from datetime import datetime

from django.db import transaction

from inventory.counts.models import CountLine, CountSession
from inventory.counts.operations.looking_up import locked_count
from inventory.counts.operations.settling import look, put_right
from inventory.counts.operations.telling import brief_of, show_at
from inventory.counts.queries import contradicted
from omniretail.contracts.inventory import CountShortSettled
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM, Actor
from omniretail.kernel.codes import random_code
from stores.people.roles import COUNTS_APPROVE


@transaction.atomic
def settle_short(*, number: str, by: Actor, at: datetime) -> int:
    """Lower the levels by what an approved count found missing and could not take,
    because it was promised; answers how many units are still short.

    The same arithmetic as at the approval: what pickers have written off meanwhile is
    not taken again. Where somebody has put the level right since the approval, or taken
    back what the count did to it, nothing is short any more: the count is believed no
    longer.

    Raises:
        CountNotFound: no such count, or it is another place's.
    """
    session = locked_count(number, permission=COUNTS_APPROVE, by=by, at=at)
    rows = CountLine.objects.filter(session=session, short__gt=0)
    lines = list(rows.select_related("sku").locked())
    if not lines:
        return 0
    settled, keys = look(session, lines)
    attempt = f"-{random_code(4)}"
    put_right(
        session,
        lines,
        settled,
        keys,
        attempt=attempt,
        outdated=contradicted(session, [line.sku_id for line in lines]),
        by=by,
        at=at,
    )
    left = sum(line.short for line in lines)
    if not left:
        outbox.publish(
            CountShortSettled(
                count=brief_of(session), round=session.round, by=by.key, occurred_at=at
            )
        )
    show_at(session)
    return left


def settle_short_counts(*, at: datetime, limit: int = 100) -> int:
    """Try all counts that found promised goods missing; answers how many are left."""
    short = CountLine.objects.filter(short__gt=0).values("session")
    rows = CountSession.objects.filter(pk__in=short).order_by("approved_at", "pk")
    left = 0
    for number in rows.values_list("number", flat=True)[:limit]:
        left += bool(settle_short(number=number, by=SYSTEM, at=at))
    return left
