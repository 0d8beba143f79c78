import threading
from datetime import date, timedelta

import pytest

from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.errors import Kind
from stores.network.models import Store
from stores.people import operations, pins, queries
from stores.people.models import Employee, StaffSession
from stores.people.operations import sessions
from stores.people.operations.employment import PinTooSimple
from stores.people.operations.sessions import (
    DeviceNotPaired,
    NotAssignedHere,
    PinLocked,
    WrongPin,
)
from stores.people.queries import (
    EmployeeNotFound,
    NotInYourStore,
    NotYourRole,
    SessionEnded,
)
from tests.clock import NOON
from tests.factories.stores import (
    PIN,
    AssignmentFactory,
    DeviceFactory,
    EmployeeFactory,
)
from tests.races.barrier import run_together

pytestmark = pytest.mark.django_db


def store_of(employee: Employee) -> Store:
    """Where the employee is assigned."""
    return Store.objects.get(code=employee.assignments.values_list("store__code").get()[0])


def at_work(**assignment: object) -> tuple[Employee, str]:
    """An employee and the code of a tablet in the store."""
    device = DeviceFactory()
    employee = AssignmentFactory(store=device.store, **assignment).employee
    return employee, device.code


def sign_in(employee: Employee, device_code: str, pin: str = PIN) -> operations.SignedIn:
    return operations.sign_in(
        employee_code=employee.code, pin=pin, device_code=device_code, at=NOON
    )


@pytest.mark.parametrize(
    "pin", ["", "123", "1234", "4321", "0000", "12a4", "١٢٣٥", "123456789"]
)
def test_a_pin_anybody_would_guess_is_refused(pin: str) -> None:
    employee = EmployeeFactory()
    with pytest.raises(PinTooSimple):
        operations.set_pin(employee_code=employee.code, pin=pin, by=SYSTEM, at=NOON)


def test_a_pin_is_kept_as_a_salted_hash_that_binds_the_employee() -> None:
    anna, boris = EmployeeFactory(), EmployeeFactory()
    assert PIN not in anna.pin_hash
    assert anna.pin_hash != boris.pin_hash
    assert pins.pin_matches(PIN, anna.code, anna.pin_hash)
    assert not pins.pin_matches(PIN, boris.code, anna.pin_hash)
    assert not pins.pin_matches(PIN, anna.code, "")


def test_a_stolen_table_is_worth_nothing_without_the_services_key(settings) -> None:  # type: ignore[no-untyped-def]
    anna = EmployeeFactory()
    settings.SECRET_KEY = "another"
    assert not pins.pin_matches(PIN, anna.code, anna.pin_hash)


def test_the_right_pin_begins_a_session_in_the_devices_store() -> None:
    employee, device = at_work()
    begun = sign_in(employee, device)
    assert begun.staff.code == employee.code
    assert begun.staff.roles == {"CLERK"}
    assert queries.find_session(begun.secret, device, NOON).code == employee.code
    assert StaffSession.objects.get().secret_hash != begun.secret


def test_five_wrong_pins_lock_until_a_manager_forgives() -> None:
    employee, device = at_work()
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongPin) as refusal:
            sign_in(employee, device, "1379")
        assert refusal.value.facts["tries_left"] == left
    with pytest.raises(PinLocked):
        sign_in(employee, device)

    store = store_of(employee)
    manager = AssignmentFactory(store=store, role="STORE_MANAGER").employee
    by = Actor(ActorKind.STAFF, manager.code, store=store.code)
    operations.unlock_pin(
        employee_code=employee.code, by=by, store_code=store.code, at=NOON
    )
    assert sign_in(employee, device).staff.code == employee.code


def test_the_right_pin_forgets_wrong_ones() -> None:
    employee, device = at_work()
    with pytest.raises(WrongPin):
        sign_in(employee, device, "1379")
    sign_in(employee, device)
    employee.refresh_from_db()
    assert employee.pin_tries == 0


def test_a_colleague_does_not_forgive_and_neither_does_a_manager_from_elsewhere() -> None:
    employee, _device = at_work()
    store = store_of(employee)
    clerk = AssignmentFactory(store=store).employee
    foreign = AssignmentFactory(role="STORE_MANAGER").employee
    for code, error in ((clerk.code, NotYourRole), (foreign.code, NotInYourStore)):
        with pytest.raises(error):
            operations.unlock_pin(
                employee_code=employee.code,
                by=Actor(ActorKind.STAFF, code),
                store_code=store.code,
                at=NOON,
            )


def test_an_unknown_employee_reads_the_same_refusal_as_a_wrong_pin() -> None:
    device = DeviceFactory()
    with pytest.raises(WrongPin) as refusal:
        operations.sign_in(
            employee_code="nobody", pin=PIN, device_code=device.code, at=NOON
        )
    assert refusal.value.kind is Kind.FORBIDDEN


def test_somebody_from_another_store_is_told_so() -> None:
    employee = AssignmentFactory().employee
    with pytest.raises(NotAssignedHere):
        sign_in(employee, DeviceFactory().code)


def test_an_unpaired_device_signs_nobody_in() -> None:
    device = DeviceFactory(unpaired_at=NOON)
    employee = AssignmentFactory(store=device.store).employee
    with pytest.raises(DeviceNotPaired):
        sign_in(employee, device.code)


def test_one_person_at_a_time_is_signed_in_on_a_device() -> None:
    anna, device = at_work()
    store = store_of(anna)
    boris = AssignmentFactory(store=store).employee
    first = sign_in(anna, device)
    second = sign_in(boris, device)
    with pytest.raises(SessionEnded):
        queries.find_session(first.secret, device, NOON)
    assert queries.find_session(second.secret, device, NOON).code == boris.code


def test_a_secret_is_good_on_its_own_device_only() -> None:
    employee, device = at_work()
    begun = sign_in(employee, device)
    with pytest.raises(SessionEnded):
        queries.find_session(begun.secret, DeviceFactory().code, NOON)


def test_a_session_lasts_a_shift_and_no_longer() -> None:
    employee, device = at_work()
    begun = sign_in(employee, device)
    queries.find_session(begun.secret, device, NOON + timedelta(hours=13))
    with pytest.raises(SessionEnded):
        queries.find_session(begun.secret, device, NOON + timedelta(hours=15))


def test_a_session_ends_with_the_assignment() -> None:
    employee, device = at_work(ends_on=date(2026, 11, 20))
    begun = sign_in(employee, device)
    night = NOON + timedelta(hours=12, minutes=1)  # 00:01 in Moscow
    with pytest.raises(SessionEnded):
        queries.find_session(begun.secret, device, night)


def test_dismissal_and_a_new_pin_end_every_session() -> None:
    employee, device = at_work()
    begun = sign_in(employee, device)
    operations.set_pin(employee_code=employee.code, pin="9753", by=SYSTEM, at=NOON)
    with pytest.raises(SessionEnded):
        queries.find_session(begun.secret, device, NOON)
    begun = sign_in(employee, device, "9753")
    operations.dismiss_employee(employee_code=employee.code, by=SYSTEM, at=NOON)
    with pytest.raises(SessionEnded):
        queries.find_session(begun.secret, device, NOON)
    with pytest.raises(WrongPin):
        sign_in(employee, device, "9753")
    assert not Employee.objects.get().user.is_active


def test_a_pin_for_nobody_is_missing() -> None:
    with pytest.raises(EmployeeNotFound):
        operations.set_pin(employee_code="nobody", pin="9753", by=SYSTEM, at=NOON)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_get_five_tries() -> None:
    employee, device = at_work()
    guesses = [lambda n=n: sign_in(employee, device, f"13{n + 10}") for n in range(20)]
    answers = run_together(guesses)
    assert sum(isinstance(answer, WrongPin) for answer in answers) == 5
    assert sum(isinstance(answer, PinLocked) for answer in answers) == 15


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_looking_before_burning_a_try_gives_more_than_five(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    employee, device = at_work()
    everybody_has_looked = threading.Barrier(20)

    def look_then_burn(employee_code: str) -> tuple[Employee | None, int]:
        found = Employee.objects.get(code=employee_code)
        everybody_has_looked.wait(20)
        if found.pin_tries >= 5:
            raise PinLocked
        Employee.objects.filter(pk=found.pk).update(pin_tries=found.pin_tries + 1)
        return found, 4 - found.pin_tries

    monkeypatch.setattr(sessions, "_burn_try", look_then_burn)
    guesses = [lambda n=n: sign_in(employee, device, f"13{n + 10}") for n in range(20)]
    answers = run_together(guesses)
    assert sum(isinstance(answer, WrongPin) for answer in answers) > 5
