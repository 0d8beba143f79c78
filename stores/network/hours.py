"""When a place is open, and what that means for a promise. Pure arithmetic.

A place's week stands in OpenStreetMap syntax ("Mo-Sa 10:00-22:00; Su 11:00-20:00"),
read in the place's own time zone; single days may differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State
from opening_hours.opening_hours import ParserError

HORIZON_DAYS = 60
"""A place that does not open within so many days counts as never opening."""


class UnreadableHours(ValueError):
    """The text is not in OpenStreetMap's opening-hours syntax."""


class NeverOpens(ValueError):
    """The place does not open within the horizon."""


@dataclass(frozen=True)
class OtherHours:
    """One day that differs: open from and until, or closed where both are None."""

    day: date
    opens_at: time | None
    closes_at: time | None


@dataclass(frozen=True)
class Hours:
    """A place's week, its zone and the days that differ."""

    expression: str
    time_zone: str
    country: str
    exceptions: tuple[OtherHours, ...] = ()


def check_expression(expression: str, country: str) -> None:
    """Make sure that the text can be read.

    Raises:
        UnreadableHours: it cannot.
    """
    try:
        _week(expression, "UTC", country)
    except ParserError as error:
        raise UnreadableHours(expression) from error


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether somebody could walk in at that moment."""
    opening = next_opening(hours, at)
    return opening is not None and opening <= at


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """The moment itself if the place is open then, else when it opens next."""
    for starts_at, ends_at in _open_periods(hours, at):
        if at < ends_at:
            return max(starts_at, at)
    return None


def closing(hours: Hours, at: datetime) -> datetime | None:
    """When the place closes that is open now; None if it is closed now."""
    for starts_at, ends_at in _open_periods(hours, at):
        if at < ends_at:
            return ends_at if starts_at <= at else None
    return None


def ready_by(hours: Hours, at: datetime, prepare: timedelta) -> datetime:
    """When work that takes so long is done, if done only while the place is open.

    Raises:
        NeverOpens: there are not enough open hours ahead.
    """
    left = prepare
    for starts_at, ends_at in _open_periods(hours, at):
        begin = max(starts_at, at)
        if begin >= ends_at:
            continue
        if left <= ends_at - begin:
            return begin + left
        left -= ends_at - begin
    raise NeverOpens(hours.expression)


def keep_until(hours: Hours, ready_at: datetime, days: int) -> datetime:
    """Until when a ready order is kept: closing time on the last of so many days, or
    on the next day the place is open after it; midnight where it closes later or never.

    Raises:
        NeverOpens: the place does not open again.
    """
    zone = ZoneInfo(hours.time_zone)
    last = ready_at.astimezone(zone).date() + timedelta(days=days)
    midnight = datetime.combine(last, time.min, zone)
    opened = [
        (max(start, midnight).astimezone(zone), end)
        for start, end in _open_periods(hours, midnight)
        if end > midnight
    ]
    if not opened:
        raise NeverOpens(hours.expression)
    day = opened[0][0].date()
    day_ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    return max(min(end, day_ends) for start, end in opened if start.date() == day)


def open_days(hours: Hours, first: date, last: date) -> list[date]:
    """The days from the first to the last, both included, on which the place opens."""
    zone = ZoneInfo(hours.time_zone)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if any(True for _one in _day_periods(hours, day, zone))]


def _open_periods(hours: Hours, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open periods that may still matter at the moment, in order, joined at midnight."""
    zone = ZoneInfo(hours.time_zone)
    first = at.astimezone(zone).date() - timedelta(days=1)
    pending: tuple[datetime, datetime] | None = None
    for offset in range(HORIZON_DAYS):
        for starts_at, ends_at in _day_periods(hours, first + timedelta(days=offset), zone):
            if pending is not None and starts_at <= pending[1]:
                pending = (pending[0], ends_at)
                continue
            if pending is not None:
                yield pending
            pending = (starts_at, ends_at)
    if pending is not None:
        yield pending


def _day_periods(
    hours: Hours, day: date, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    midnight = datetime.combine(day, time.min, zone)
    following = datetime.combine(day + timedelta(days=1), time.min, zone)
    other = next((one for one in hours.exceptions if one.day == day), None)
    if other is not None:
        if other.opens_at is not None and other.closes_at is not None:
            yield (
                datetime.combine(day, other.opens_at, zone),
                datetime.combine(day, other.closes_at, zone),
            )
        return
    week = _week(hours.expression, hours.time_zone, hours.country)
    for starts_at, ends_at, state, _comment in week.intervals(midnight, following):
        if state == State.OPEN:
            yield starts_at, min(ends_at or following, following)


@lru_cache(maxsize=1024)
def _week(expression: str, time_zone: str, country: str) -> OpeningHours:
    return OpeningHours(
        expression, timezone=ZoneInfo(time_zone), country=country, auto_country=False
    )
