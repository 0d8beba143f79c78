"""Questions about places and devices. Other floors get values."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import FloatField, Func, OuterRef, Value
from django.db.models.functions import JSONObject

from omniretail.kernel.errors import DomainError, Kind
from stores.network.hours import Hours, OtherHours
from stores.network.models import Device, EarthPoint, HoursException, Store, StoreQuerySet
from stores.network.places import StorePlace
from stores.network.places import closing as closing
from stores.network.places import is_open as is_open
from stores.network.places import keep_until as keep_until
from stores.network.places import next_opening as next_opening
from stores.network.places import open_days as open_days
from stores.network.places import ready_by as ready_by


class StoreNotFound(DomainError):
    """There is no such store."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class DeviceCard:
    """A device as other floors know it."""

    id: int
    code: str
    kind: str
    name: str
    store_code: str
    is_paired: bool


_FIELDS = [
    field.name
    for field in Store._meta.concrete_fields
    if field.name in StorePlace.__dataclass_fields__
]


def get_store(code: str) -> StorePlace:
    """The place of that code.

    Raises:
        StoreNotFound: no place has this code.
    """
    found = _places(Store.objects.filter(code=code))
    if not found:
        raise StoreNotFound(store=code)
    return found[0]


def get_stores(codes: Iterable[str]) -> dict[str, StorePlace]:
    """The places of those codes that exist, by code."""
    places = _places(Store.objects.filter(code__in=set(codes)))
    return {place.code: place for place in places}


def all_stores() -> list[StorePlace]:
    """Every place there ever was, by code."""
    return _places(Store.objects.all())


def open_stores(
    at: datetime,
    *,
    capability: str | None = None,
    city: str | None = None,
    region: str | None = None,
    among: Collection[str] | None = None,
) -> list[StorePlace]:
    """Places in business on that day, by code; those that can "pickup" or "ship", or lie
    in a city or region, or are among some, if asked. Whether the doors are open at the
    moment is another question (`is_open`)."""
    trading = Store.objects.trading_on(at.date()).capable_of(capability)
    return _places(trading.lying_in(city, region, among))


def nearest(
    latitude: float,
    longitude: float,
    *,
    at: datetime,
    capability: str | None = None,
    limit: int = 50,
    within_km: float | None = None,
    city: str | None = None,
    region: str | None = None,
    among: Collection[str] | None = None,
) -> list[tuple[StorePlace, float]]:
    """Places in business, nearest first, each with its distance in kilometres.

    The order comes from a GiST index over points on the globe, so it does not matter
    how many places there are, nor on which side of the date line they lie.
    """
    here = EarthPoint(
        Value(latitude, output_field=FloatField()),
        Value(longitude, output_field=FloatField()),
    )
    there = EarthPoint("latitude", "longitude")
    stores = (
        Store.objects.trading_on(at.date())
        .capable_of(capability)
        .lying_in(city, region, among)
        .annotate(
            metres=Func(there, here, function="earth_distance", output_field=FloatField()),
            chord=Func(there, here, template="%(expressions)s", arg_joiner=" <-> "),
        )
    )
    if within_km is not None:
        stores = stores.filter(metres__lte=within_km * 1000)
    rows = _rows(stores.order_by("chord", "pk"), "metres")[:limit]
    return [(_place(row), round(row["metres"] / 1000, 3)) for row in rows]


def find_device(code: str) -> DeviceCard | None:
    """The device of that code, paired or not."""
    device = Device.objects.select_related("store").filter(code=code).first()
    if device is None:
        return None
    return DeviceCard(
        id=device.pk,
        code=device.code,
        kind=device.kind,
        name=device.name,
        store_code=device.store.code,
        is_paired=device.unpaired_at is None,
    )


def device_names(codes: Collection[str]) -> dict[str, str]:
    """The names of devices by code, paired or not."""
    return dict(Device.objects.filter(code__in=codes).values_list("code", "name"))


def device_place(user_id: int) -> tuple[str, str] | None:
    """The device that signs in as that user and the store it stands in, while paired."""
    return (
        Device.objects.paired()
        .filter(user=user_id)
        .values_list("code", "store__code")
        .first()
    )


def place_of(store: Store) -> StorePlace:
    """The value of a row that is already at hand."""
    return _places(Store.objects.filter(pk=store.pk))[0]


def _places(stores: StoreQuerySet) -> list[StorePlace]:
    return [_place(row) for row in _rows(stores)]


_OTHERS = ArraySubquery(
    HoursException.objects.filter(store=OuterRef("pk"))
    .order_by("date")
    .values(json=JSONObject(day="date", opens="opens_at", closes="closes_at"))
)


def _rows(stores: StoreQuerySet, *extra: str) -> Any:
    return stores.annotate(others=_OTHERS).values(*_FIELDS, "others", *extra)


def _place(row: Mapping[str, Any]) -> StorePlace:
    hours = Hours(
        expression=row["opening_hours"],
        time_zone=row["time_zone"],
        country=row["country"],
        exceptions=tuple(_other(one) for one in row["others"]),
    )
    return StorePlace(hours=hours, **{name: row[name] for name in _FIELDS})


def _other(one: Mapping[str, str | None]) -> OtherHours:
    opens, closes = one["opens"], one["closes"]
    return OtherHours(
        day=date.fromisoformat(one["day"] or ""),
        opens_at=time.fromisoformat(opens) if opens else None,
        closes_at=time.fromisoformat(closes) if closes else None,
    )
