"""Time in shop terms: half-open periods, and days that belong to a place."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Period:
    """From a moment, included, to a moment, excluded; None means for ever."""

    starts_at: datetime
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError("a period ends after it starts")

    def __contains__(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


def business_date(at: datetime, time_zone: str) -> date:
    """The day a moment belongs to where the shop stands."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def day_period(day: date, time_zone: str) -> Period:
    """The whole of a shop's day; 23 or 25 hours long when the clocks change."""
    zone = ZoneInfo(time_zone)
    following = date.fromordinal(day.toordinal() + 1)
    return Period(
        datetime(day.year, day.month, day.day, tzinfo=zone),
        datetime(following.year, following.month, following.day, tzinfo=zone),
    )
