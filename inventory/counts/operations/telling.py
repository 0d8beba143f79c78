"""Saying what happened to a count."""

from datetime import datetime

from inventory.counts.models import CountLine, CountSession
from omniretail.contracts.inventory import CountBrief
from omniretail.kernel.limits import limits
from omniretail.kernel.realtime import nudge


def brief_of(session: CountSession) -> CountBrief:
    """The count in a few words: the articles of its round."""
    names = CountLine.objects.filter(session=session, round=session.round).order_by("pk")
    first = names.values_list("sku__name", flat=True).first()
    return CountBrief(
        number=session.number,
        store_code=session.store.code,
        kind=session.kind,
        zone=session.zone,
        first_article=first or "",
        articles=names.count(),
    )


def due_at(at: datetime) -> datetime:
    """By when somebody should have seen to it."""
    return at + limits().count_due


def show_at(session: CountSession) -> None:
    """Let open pages of the place look again."""
    nudge(f"counts.{session.store.code}")
