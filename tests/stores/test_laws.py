"""Each law of this floor, broken once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from oauth2_provider.models import get_access_token_model

from omniretail.kernel import audit, clock
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.models import ApiClient, User
from stores.network.models import Device
from stores.network.operations import unpair_device
from stores.people.models import Employee, StoreAssignment
from stores.people.operations import dismiss_employee, sign_in
from tests.clock import NOON
from tests.factories.stores import PIN, AssignmentFactory, DeviceFactory, StoreFactory
from tests.lawbook import broken

pytestmark = pytest.mark.django_db

OURS = {"A1", "A3", "K1"}


def act(code: str, store: str, at=NOON) -> None:  # type: ignore[no-untyped-def]
    by = Actor(ActorKind.STAFF, code, store=store)
    audit.record(actor=by, action="orders.sell", subject="order:R-1", at=at)


def test_acting_in_ones_own_store_breaks_nothing() -> None:
    assignment = AssignmentFactory()
    act(assignment.employee.code, assignment.store.code)
    head = AssignmentFactory(store=None, role="HEAD_OFFICE").employee
    act(head.code, assignment.store.code)
    assert broken(only=OURS) == set()


def test_acting_in_a_foreign_store_breaks_a1() -> None:
    assignment = AssignmentFactory()
    act(assignment.employee.code, StoreFactory().code)
    assert broken(only=OURS) == {"A1"}


def test_acting_on_the_day_after_the_assignment_breaks_a1() -> None:
    assignment = AssignmentFactory(ends_on=date(2026, 11, 20))
    act(assignment.employee.code, assignment.store.code)
    assert broken(only=OURS) == set()
    act(assignment.employee.code, assignment.store.code, NOON + timedelta(days=1))
    assert broken(only=OURS) == {"A1"}


def test_an_act_of_nobody_we_know_breaks_a1() -> None:
    act("ghost", StoreFactory().code)
    assert broken(only=OURS) == {"A1"}


def signed_in() -> tuple[Employee, Device]:
    device = DeviceFactory()
    employee = AssignmentFactory(store=device.store).employee
    sign_in(employee_code=employee.code, pin=PIN, device_code=device.code, at=NOON)
    return employee, device


def test_dismissing_and_unpairing_leave_nothing_usable() -> None:
    employee, _device = signed_in()
    _other, device = signed_in()
    dismiss_employee(employee_code=employee.code, by=SYSTEM, at=NOON)
    unpair_device(code=device.code, by=SYSTEM, at=NOON)
    assert broken(only=OURS) == set()


def test_a_live_session_of_somebody_switched_off_breaks_a3() -> None:
    employee, _device = signed_in()
    Employee.objects.filter(pk=employee.pk).update(is_active=False)
    assert broken(only=OURS) == {"A3"}


def test_a_token_of_an_unpaired_device_breaks_a3() -> None:
    _employee, device = signed_in()
    unpair_device(code=device.code, by=SYSTEM, at=NOON)
    get_access_token_model().objects.create(
        user=device.user,
        token="t" * 40,
        expires=clock.now() + timedelta(hours=1),
        application=ApiClient.objects.create(
            name="till", client_type="public", authorization_grant_type=GRANT
        ),
    )
    assert broken(only=OURS) == {"A3"}


GRANT = ApiClient.GRANT_DEVICE_CODE


def test_a_login_left_on_after_unpairing_breaks_a3() -> None:
    _employee, device = signed_in()
    unpair_device(code=device.code, by=SYSTEM, at=NOON)
    User.objects.filter(pk=device.user_id).update(is_active=True)
    assert broken(only=OURS) == {"A3"}


def test_an_assignment_taken_out_of_the_past_is_noticed() -> None:
    assignment = AssignmentFactory()
    act(assignment.employee.code, assignment.store.code)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM stores_storeassignment")
    assert not StoreAssignment.objects.exists()
    assert broken(only=OURS) == {"A1"}
