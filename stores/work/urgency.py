"""How much a deadline presses. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

CALM, SOON, LATE = "calm", "soon", "late"
SOON_BEFORE = timedelta(minutes=20)


@dataclass(frozen=True)
class TimeLeft:
    """Whole hours and minutes until a deadline, or since it passed; days if far off."""

    days: int
    hours: int
    minutes: int
    is_over: bool


def urgency_of(due_at: datetime, now: datetime) -> str:
    """Calm, soon (the last twenty minutes), or late."""
    if now >= due_at:
        return LATE
    return SOON if due_at - now <= SOON_BEFORE else CALM


def time_left(due_at: datetime, now: datetime) -> TimeLeft:
    """What is left, rounded up to the minute; what is over, rounded down."""
    is_over = now >= due_at
    seconds = int(abs((due_at - now).total_seconds()))
    minutes = seconds // 60 if is_over else -(-seconds // 60)
    days, rest = divmod(minutes, 24 * 60)
    return TimeLeft(days, rest // 60, rest % 60, is_over)
