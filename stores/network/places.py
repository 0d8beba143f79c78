"""A place as other floors know it: values, no rows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stores.network import hours
from stores.network.hours import Hours


@dataclass(frozen=True)
class StorePlace:
    """A store or warehouse: where it is, when it is open, what it can do."""

    id: int
    code: str
    kind: str
    name: str
    city: str
    region: str
    address: str
    postal_code: str
    country: str
    latitude: float
    longitude: float
    time_zone: str
    currency: str
    phone: str
    can_pickup: bool
    can_ship: bool
    can_sell: bool
    prep_minutes: int
    pickup_days: int
    opening_hours: str
    opened_on: date | None
    closed_on: date | None
    hours: Hours

    def is_trading_on(self, day: date) -> bool:
        """Whether the place has opened and is not closed for good on that day."""
        begun = self.opened_on is None or self.opened_on <= day
        return begun and (self.closed_on is None or day < self.closed_on)


def is_open(store: StorePlace, at: datetime) -> bool:
    """Whether customers can walk in at that moment."""
    return hours.is_open(store.hours, at)


def next_opening(store: StorePlace, at: datetime) -> datetime | None:
    """The moment itself if the place is open, else when it opens next."""
    return hours.next_opening(store.hours, at)


def closing(store: StorePlace, at: datetime) -> datetime | None:
    """When the place closes that is open now; None if it is closed."""
    return hours.closing(store.hours, at)


def ready_by(store: StorePlace, at: datetime) -> datetime:
    """The moment the place can promise for an order asked for now."""
    return hours.ready_by(store.hours, at, timedelta(minutes=store.prep_minutes))


def keep_until(store: StorePlace, ready_at: datetime) -> datetime:
    """Until when the place keeps an order that got ready then."""
    return hours.keep_until(store.hours, ready_at, store.pickup_days)


def open_days(store: StorePlace, first: date, last: date) -> list[date]:
    """The days from the first to the last, both included, on which the place was in
    business and customers could come."""
    days = hours.open_days(store.hours, first, last)
    return [day for day in days if store.is_trading_on(day)]
