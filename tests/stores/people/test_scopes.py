from datetime import date, timedelta

import pytest

from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from stores.network.queries import StoreNotFound
from stores.people import operations, queries, roles
from stores.people.models import Employee, StoreAssignment
from stores.people.operations.employment import (
    AssignmentEndsBeforeItStarts,
    RoleNeedsAStore,
    UnknownRole,
)
from stores.people.queries import EmployeeNotFound, NotInYourStore, NotYourRole
from tests.clock import NOON
from tests.factories.stores import AssignmentFactory, EmployeeFactory, StoreFactory

pytestmark = pytest.mark.django_db


def staff(code: str, store: str | None = None) -> Actor:
    return Actor(ActorKind.STAFF, code, store=store)


def test_every_role_has_permissions_and_no_permission_is_unheard_of() -> None:
    assert set(roles.PERMISSIONS) == set(StoreAssignment.Role.values)
    assert roles.PERMISSIONS["CLERK"] < roles.PERMISSIONS["STORE_MANAGER"]
    assert roles.PERMISSIONS["HEAD_OFFICE"] == roles.ALL
    assert not roles.allows(["SHAREHOLDER"], roles.KPI_READ)
    assert roles.highest(["CLERK", "STORE_MANAGER"]) == "STORE_MANAGER"
    assert roles.SHOPPER < roles.ALL


def test_an_employee_works_where_and_while_assigned() -> None:
    assignment = AssignmentFactory(starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 20))
    code, store = assignment.employee.code, assignment.store.code
    assert queries.works_at(code, store, NOON)
    assert not queries.works_at(code, StoreFactory().code, NOON)
    assert not queries.works_at(code, store, NOON - timedelta(days=30))
    assert not queries.works_at(code, store, NOON + timedelta(days=1))


def test_the_day_of_an_assignment_is_the_stores_own() -> None:
    store = StoreFactory(time_zone="Asia/Vladivostok")
    employee = AssignmentFactory(
        store=store, starts_on=date(2026, 11, 21), ends_on=None
    ).employee
    evening_utc = NOON.replace(hour=14, minute=30)  # 00:30 on the 21st there
    assert queries.works_at(employee.code, store.code, evening_utc)
    assert not queries.works_at(employee.code, store.code, evening_utc - timedelta(hours=1))


def test_head_office_works_everywhere() -> None:
    boss = AssignmentFactory(store=None, role="HEAD_OFFICE").employee
    assert queries.works_at(boss.code, StoreFactory().code, NOON)
    assert queries.may(staff(boss.code), roles.KPI_READ, None, NOON)
    clerk = AssignmentFactory().employee
    assert not queries.may(staff(clerk.code), roles.WORK_PICK, None, NOON)


def test_foreign_is_absent_and_a_wrong_role_is_forbidden() -> None:
    assignment = AssignmentFactory()
    actor, store = staff(assignment.employee.code), assignment.store.code
    queries.require(actor, roles.WORK_PICK, store, NOON)
    with pytest.raises(NotYourRole):
        queries.require(actor, roles.STAFF_MANAGE, store, NOON)
    with pytest.raises(NotInYourStore):
        queries.require(actor, roles.WORK_PICK, StoreFactory().code, NOON)


@pytest.mark.parametrize(
    ("kind", "permission", "allowed"),
    [
        (ActorKind.SYSTEM, roles.STAFF_MANAGE, True),
        (ActorKind.ADMIN, roles.STOCK_ADJUST, True),
        (ActorKind.CLIENT, roles.ORDERS_SELL, True),
        (ActorKind.CLIENT, "orders.steal", False),
        (ActorKind.CUSTOMER, roles.ORDERS_CANCEL, True),
        (ActorKind.CUSTOMER, roles.WORK_HANDOVER, False),
        (ActorKind.GUEST, roles.STOCK_ADJUST, False),
        (ActorKind.DEVICE, roles.ORDERS_SELL, True),
        (ActorKind.DEVICE, roles.STAFF_MANAGE, False),
    ],
)
def test_those_without_a_role_are_bounded(
    kind: ActorKind, permission: str, allowed: bool
) -> None:
    store = StoreFactory()
    assert queries.may(Actor(kind, "x"), permission, store.code, NOON) is allowed


def test_a_device_acts_in_its_own_store() -> None:
    here, there = StoreFactory(), StoreFactory()
    till = Actor(ActorKind.DEVICE, "till-1", store=here.code)
    queries.require(till, roles.ORDERS_SELL, here.code, NOON)
    with pytest.raises(NotInYourStore):
        queries.require(till, roles.ORDERS_SELL, there.code, NOON)


def test_hiring_twice_corrects_the_name() -> None:
    given = {"code": "anna", "last_name": "Ким", "language": "ru", "by": SYSTEM, "at": NOON}
    assert operations.save_employee(first_name="Ана", **given) is True  # type: ignore[arg-type]
    assert operations.save_employee(first_name="Анна", **given) is False  # type: ignore[arg-type]
    assert queries.name_of("anna") == "Анна Ким"
    assert queries.name_of("nobody") == "nobody"
    assert Employee.objects.get().user.username == "staff:anna"


def assign(**changes: object) -> None:
    given: dict[str, object] = {
        "role": "CLERK",
        "starts_on": date(2026, 1, 1),
        "by": SYSTEM,
        "at": NOON,
    }
    operations.assign(**(given | changes))  # type: ignore[arg-type]


def test_assigning_twice_moves_the_end() -> None:
    employee, store = EmployeeFactory(), StoreFactory()
    assign(employee_code=employee.code, store_code=store.code)
    assign(employee_code=employee.code, store_code=store.code, ends_on=date(2026, 12, 31))
    assert StoreAssignment.objects.get().ends_on == date(2026, 12, 31)


def test_what_cannot_be_assigned_is_refused() -> None:
    employee, store = EmployeeFactory(), StoreFactory()
    here = {"employee_code": employee.code, "store_code": store.code}
    with pytest.raises(UnknownRole):
        assign(**here, role="CEO")
    with pytest.raises(RoleNeedsAStore):
        assign(employee_code=employee.code, store_code=None)
    with pytest.raises(AssignmentEndsBeforeItStarts):
        assign(**here, ends_on=date(2025, 1, 1))
    with pytest.raises(StoreNotFound):
        assign(employee_code=employee.code, store_code="nowhere")
    with pytest.raises(EmployeeNotFound):
        assign(employee_code="nobody", store_code=store.code)


def test_only_those_who_manage_a_store_say_who_works_there() -> None:
    store = StoreFactory()
    clerk = AssignmentFactory(store=store).employee
    manager = AssignmentFactory(store=store, role="STORE_MANAGER").employee
    newcomer = EmployeeFactory()
    here = {"employee_code": newcomer.code, "store_code": store.code}
    with pytest.raises(NotYourRole):
        assign(**here, by=staff(clerk.code, store.code))
    assign(**here, by=staff(manager.code, store.code))
    assert queries.works_at(newcomer.code, store.code, NOON)
