"""Calling a count off."""

from datetime import datetime

from django.db import transaction

from inventory.counts.models import CountSession
from inventory.counts.operations.looking_up import locked_count
from inventory.counts.operations.telling import brief_of, show_at
from omniretail.contracts.inventory import CountCancelled
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from stores.people.queries import require
from stores.people.roles import COUNTS_APPROVE, COUNTS_COUNT


@transaction.atomic
def cancel_count(*, number: str, reason: str, by: Actor, at: datetime) -> None:
    """Forget what was counted; no level changes. Whoever began a count may call it off
    while nothing is counted; after that, who approves counts.

    Raises:
        CountNotFound: no such count, or it is another place's.
        IllegalTransition: it is over.
        NotYourRole: others have counted, and `by` does not approve counts.
    """
    session = locked_count(number, permission=COUNTS_COUNT, by=by, at=at)
    is_own = session.opened_by == by.key and set(session.counters) <= {by.key}
    if not (is_own and session.status == CountSession.Status.OPEN):
        require(by, COUNTS_APPROVE, session.store.code, at)
    session.become(CountSession.Status.CANCELLED)
    session.cancelled_at, session.cancel_reason = at, reason[:200]
    session.save(update_fields=["status", "cancelled_at", "cancel_reason"])
    outbox.publish(
        CountCancelled(
            count=brief_of(session), round=session.round, by=by.key, occurred_at=at
        )
    )
    show_at(session)
