"""How true the levels were, by the counts that somebody has believed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from inventory.counts.counting import Accuracy, Outcome, accuracy
from inventory.counts.models import CountLine, CountSession


@dataclass(frozen=True)
class AccuracyRow:
    """One place's accuracy in one currency."""

    store_code: str
    currency: str
    counts: int
    accuracy: Accuracy


def accuracy_of(
    store_code: str, *, starts_at: datetime, ends_at: datetime
) -> AccuracyRow | None:
    """The accuracy of one place over the counts approved from a moment, included, to a
    moment, excluded; None if there were none."""
    rows = accuracy_by_store(starts_at=starts_at, ends_at=ends_at, store_code=store_code)
    return rows[0] if rows else None


def accuracy_by_store(
    *, starts_at: datetime, ends_at: datetime, store_code: str | None = None
) -> list[AccuracyRow]:
    """The accuracy of each place with approved counts in the period, by code."""
    sessions = CountSession.objects.filter(
        status=CountSession.Status.APPROVED,
        approved_at__gte=starts_at,
        approved_at__lt=ends_at,
    )
    if store_code is not None:
        sessions = sessions.at_place(store_code)
    rows = (
        CountLine.objects.filter(session__in=sessions)
        .deciding()
        .order_by("session__store__code")
        .values_list(
            "session__store__code",
            "session__currency",
            "session_id",
            "expected",
            "counted",
            "unit_amount",
        )
    )
    found: dict[tuple[str, str], list[Outcome]] = {}
    counts: dict[tuple[str, str], set[int]] = {}
    for store, currency, session, expected, counted, price in rows:
        outcome = Outcome(expected or 0, counted or 0, price or Decimal(0))
        found.setdefault((store, currency), []).append(outcome)
        counts.setdefault((store, currency), set()).add(session)
    return [
        AccuracyRow(*key, len(counts[key]), accuracy(outcomes))
        for key, outcomes in found.items()
    ]
