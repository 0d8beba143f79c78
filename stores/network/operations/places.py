"""Opening, changing and closing places."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.market import house_country
from stores.network import hours
from stores.network.models import CODE_PATTERN, HoursException, Store
from stores.network.queries import StoreNotFound


class CodeOfPlaceNotPlain(DomainError):
    """The code of a place is Latin letters, digits, dots, dashes and slashes."""

    constraints = ("a_store_code_is_plain",)


class UnknownKindOfPlace(DomainError):
    """A place is a STORE or a WAREHOUSE."""


class UnknownTimeZone(DomainError):
    """There is no such time zone."""


class UnreadableOpeningHours(DomainError):
    """These opening hours cannot be read."""


class OffTheGlobe(DomainError):
    """There is no such point on the globe."""

    constraints = ("a_store_lies_on_the_globe",)


class ClosesBeforeItOpens(DomainError):
    """A place closes after it opens."""

    constraints = ("a_store_closes_after_it_opens", "an_exception_opens_before_it_closes")


class OutOfReason(DomainError):
    """This number is out of reason for a place."""

    constraints = (
        "a_store_keeps_orders_for_a_day_or_more",
        "a_store_prepares_within_a_week",
    )


class ExceptionNotFound(DomainError):
    """That day has no other hours."""

    kind = Kind.MISSING


@dataclass(frozen=True, kw_only=True)
class StoreDetails:
    """Everything there is to say about a place, as an ERP exports it."""

    code: str
    kind: str
    name: str
    city: str
    address: str
    latitude: float
    longitude: float
    time_zone: str
    opening_hours: str
    currency: str
    region: str = ""
    postal_code: str = ""
    country: str = field(default_factory=house_country)
    phone: str = ""
    can_pickup: bool = True
    can_ship: bool = True
    can_sell: bool = True
    prep_minutes: int = 60
    pickup_days: int = 3
    opened_on: date | None = None
    closed_on: date | None = None


@transaction.atomic
def save_store(*, details: StoreDetails, by: Actor, at: datetime) -> bool:
    """Open a place, or change what is known about it; answers whether it is new.

    Raises:
        CodeOfPlaceNotPlain, UnknownKindOfPlace, UnknownTimeZone, UnreadableOpeningHours,
        OffTheGlobe, ClosesBeforeItOpens, OutOfReason: `field` names what cannot be.
    """
    del by, at  # the audit trail has them; a place's row keeps no history
    check_details(details)
    values = asdict(details)
    code = values.pop("code")
    _store, is_new = Store.objects.update_or_create(code=code, defaults=values)
    return is_new


@transaction.atomic
def change_store(
    *,
    code: str,
    told: Mapping[str, Any],
    usual: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> bool:
    """Change what is told about a place and leave the rest as it is known; a new place is
    as `usual` in what is not told. Answers whether it is another than before.

    Raises:
        CodeOfPlaceNotPlain, UnknownKindOfPlace, UnknownTimeZone, UnreadableOpeningHours,
        OffTheGlobe, ClosesBeforeItOpens, OutOfReason: `field` names what cannot be.
    """
    store = Store.objects.locked().filter(code=code).first()
    names = [one.name for one in fields(StoreDetails)]
    known = {name: getattr(store, name) for name in names} if store else usual
    details = StoreDetails(**{**known, **told, "code": code})
    if store and asdict(details) == known:
        return False
    save_store(details=details, by=by, at=at)
    return True


@transaction.atomic
def set_hours_exception(
    *,
    store_code: str,
    day: date,
    opens_at: time | None,
    closes_at: time | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Let a store keep other hours on one day; no times mean closed all day.

    Raises:
        StoreNotFound: no place has this code.
        ClosesBeforeItOpens: the day would end before it begins, or has one end only.
    """
    del by, at
    store = _locked(store_code)
    if (opens_at is None) != (closes_at is None):
        raise ClosesBeforeItOpens(field="closes_at")
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise ClosesBeforeItOpens(field="closes_at")
    HoursException.objects.update_or_create(
        store=store,
        date=day,
        defaults={"opens_at": opens_at, "closes_at": closes_at, "reason": reason},
    )


@transaction.atomic
def clear_hours_exception(*, store_code: str, day: date, by: Actor, at: datetime) -> None:
    """Let the usual hours hold again on that day.

    Raises:
        StoreNotFound: no place has this code.
        ExceptionNotFound: the day had the usual hours anyway.
    """
    del by, at
    gone, _rows = _locked(store_code).exceptions.filter(date=day).delete()
    if not gone:
        raise ExceptionNotFound(store=store_code, day=day.isoformat())


def _locked(code: str) -> Store:
    store = Store.objects.locked().filter(code=code).first()
    if store is None:
        raise StoreNotFound(store=code)
    return store


def check_details(details: StoreDetails) -> None:
    """Make sure that a place can be like this.

    Raises:
        CodeOfPlaceNotPlain, UnknownKindOfPlace, UnknownTimeZone, UnreadableOpeningHours,
        OffTheGlobe, ClosesBeforeItOpens, OutOfReason: `field` names what cannot be.
    """
    if not re.fullmatch(CODE_PATTERN, details.code):
        raise CodeOfPlaceNotPlain(field="code")
    if details.kind not in Store.Kind.values:
        raise UnknownKindOfPlace(field="kind", kind_given=details.kind)
    try:
        ZoneInfo(details.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(field="time_zone", zone=details.time_zone) from error
    try:
        hours.check_expression(details.opening_hours, details.country)
    except hours.UnreadableHours as error:
        raise UnreadableOpeningHours(field="opening_hours") from error
    if not (-90 <= details.latitude <= 90 and -180 <= details.longitude <= 180):
        raise OffTheGlobe(field="latitude")
    if details.opened_on and details.closed_on and details.closed_on <= details.opened_on:
        raise ClosesBeforeItOpens(field="closed_on")
    _check_numbers(details)


def _check_numbers(details: StoreDetails) -> None:
    if not 1 <= details.pickup_days <= 60:
        raise OutOfReason(field="pickup_days")
    if not 0 <= details.prep_minutes <= 10_080:
        raise OutOfReason(field="prep_minutes")
