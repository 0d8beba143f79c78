"""Finding and locking the count somebody speaks of, and who may touch it."""

from datetime import datetime

from inventory.counts.models import CountLine, CountSession
from inventory.counts.queries import CountNotFound
from omniretail.kernel.actors import Actor, ActorKind
from stores.people.queries import require


def locked_count(number: str, *, permission: str, by: Actor, at: datetime) -> CountSession:
    """The count, locked, for somebody who may act in its place.

    Raises:
        CountNotFound: no such count, or it is another place's.
        NotYourRole: works there, in a role that does not allow it.
    """
    rows = CountSession.objects.filter(number=number).select_related("store")
    if by.kind is ActorKind.STAFF and by.store is not None:
        rows = rows.at_place(by.store)
    session = rows.locked().first()
    if session is None:
        raise CountNotFound(count=number)
    require(by, permission, session.store.code, at)
    return session


def lines_of_round(session: CountSession) -> list[CountLine]:
    """The lines that are being counted, locked; their count is locked before."""
    rows = CountLine.objects.filter(session=session, round=session.round)
    return list(rows.select_related("sku").locked())


def deciding_lines(session: CountSession) -> list[CountLine]:
    """Each article as it was counted last, locked."""
    rows = CountLine.objects.filter(session=session).deciding()
    return list(rows.select_related("sku").locked())
