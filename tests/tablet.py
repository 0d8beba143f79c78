"""Somebody stands at a tablet."""

from django.test import Client

from omniretail.kernel import clock
from stores.network.models import Device, Store
from stores.people.operations import sign_in
from stores.people.pages import access
from stores.people.staff import StaffMember
from tests.factories.stores import PIN, AssignmentFactory, DeviceFactory, EmployeeFactory


class _Jar:
    """Takes the cookies a response would set."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def set_cookie(self, name: str, value: str, **_options: object) -> None:
        self.client.cookies[name] = value


def pair_tablet(client: Client, device: Device) -> None:
    """Make the client the device's browser."""
    access.remember_device(_Jar(client), device, secure=False)  # type: ignore[arg-type]


def sign_in_tablet(
    client: Client,
    *,
    store: Store,
    role: str = "CLERK",
    language: str = "en",
    device: Device | None = None,
) -> StaffMember:
    """A new employee of the store, in that role, signed in on one of its tablets."""
    employee = EmployeeFactory(language=language)
    AssignmentFactory(employee=employee, store=store, role=role)
    device = device or DeviceFactory(store=store)
    pair_tablet(client, device)
    begun = sign_in(
        employee_code=employee.code, pin=PIN, device_code=device.code, at=clock.now()
    )
    access.remember_staff(_Jar(client), begun.secret, secure=False)  # type: ignore[arg-type]
    return begun.staff
