"""Places, people and devices to begin a story with."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from omniretail.kernel.models import User
from stores.network.models import Device, HoursException, Store
from stores.people import pins
from stores.people.models import Employee, StoreAssignment
from tests.clock import NOON

PIN = "2580"


class StoreFactory(DjangoModelFactory[Store]):
    """A shop in Moscow, open from ten to ten."""

    class Meta:
        model = Store

    code = factory.Sequence(lambda n: f"msk-{n}")
    kind = Store.Kind.STORE
    name = factory.Sequence(lambda n: f"Тверская, {n}")
    city = "Москва"
    region = "Москва"
    address = factory.Sequence(lambda n: f"Тверская ул., {n}")
    postal_code = "125009"
    country = "RU"
    latitude = 55.7640
    longitude = 37.6060
    time_zone = "Europe/Moscow"
    opening_hours = "Mo-Su 10:00-22:00"
    phone = "+74951234567"
    currency = "RUB"


class WarehouseFactory(StoreFactory):
    """A warehouse near Moscow that sends parcels round the clock."""

    code = factory.Sequence(lambda n: f"dc-{n}")
    kind = Store.Kind.WAREHOUSE
    name = factory.Sequence(lambda n: f"Склад {n}")
    opening_hours = "24/7"
    can_pickup = False
    can_sell = False


class HoursExceptionFactory(DjangoModelFactory[HoursException]):
    """A day off."""

    class Meta:
        model = HoursException

    store = factory.SubFactory(StoreFactory)
    date = date(2027, 1, 1)
    reason = "Новый год"


class UserFactory(DjangoModelFactory[User]):
    """A login."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user-{n}")
    name = factory.Sequence(lambda n: f"User {n}")


class DeviceFactory(DjangoModelFactory[Device]):
    """A tablet, paired long ago."""

    class Meta:
        model = Device

    code = factory.Sequence(lambda n: f"tablet-{n}")
    store = factory.SubFactory(StoreFactory)
    kind = Device.Kind.TABLET
    name = factory.Sequence(lambda n: f"Планшет {n}")
    user = factory.SubFactory(
        UserFactory,
        username=factory.Sequence(lambda n: f"device:{n}"),
        kind=User.Kind.DEVICE,
    )
    paired_at = NOON
    paired_by = "admin"


class EmployeeFactory(DjangoModelFactory[Employee]):
    """Somebody with the PIN 2580."""

    class Meta:
        model = Employee

    code = factory.Sequence(lambda n: f"e-{n}")
    user = factory.SubFactory(
        UserFactory, username=factory.Sequence(lambda n: f"staff:{n}")
    )
    first_name = "Анна"
    last_name = "Ковалёва"
    language = "en"
    pin_hash = factory.LazyAttribute(lambda e: pins.hash_pin(PIN, e.code))


class AssignmentFactory(DjangoModelFactory[StoreAssignment]):
    """A clerk's place of work."""

    class Meta:
        model = StoreAssignment

    employee = factory.SubFactory(EmployeeFactory)
    store = factory.SubFactory(StoreFactory)
    role = StoreAssignment.Role.CLERK
    starts_on = date(2026, 1, 1)
