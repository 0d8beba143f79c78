"""Hiring, assigning, PINs, leaving."""

from datetime import date, datetime

from django.db import transaction

from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from omniretail.kernel.models import User
from stores.network.models import Store
from stores.network.queries import StoreNotFound
from stores.people import pins
from stores.people.models import Employee, StaffSession, StoreAssignment
from stores.people.queries import (
    EmployeeNotFound,
    require,
    roles_at,
)
from stores.people.roles import STAFF_MANAGE


class PinTooSimple(DomainError):
    """A PIN is four to eight digits, not all the same and not a run."""


class UnknownRole(DomainError):
    """There is no such role."""


class RoleNeedsAStore(DomainError):
    """This role is always for one store."""

    constraints = ("clerks_and_store_managers_have_a_store",)


class AssignmentEndsBeforeItStarts(DomainError):
    """An assignment ends after it starts."""

    constraints = ("an_assignment_ends_after_it_starts",)


@transaction.atomic
def save_employee(
    *, code: str, first_name: str, last_name: str, language: str, by: Actor, at: datetime
) -> bool:
    """Hire somebody or correct the name; answers whether the employee is new."""
    del by, at
    employee = Employee.objects.locked().filter(code=code).first()
    if employee is None:
        user = User.objects.create_user(
            username=f"staff:{code}", name=f"{first_name} {last_name}", language=language
        )
        Employee.objects.create(
            code=code,
            user=user,
            first_name=first_name,
            last_name=last_name,
            language=language,
        )
        return True
    employee.first_name, employee.last_name = first_name, last_name
    employee.language = language
    employee.save(update_fields=["first_name", "last_name", "language"])
    return False


@transaction.atomic
def assign(
    *,
    employee_code: str,
    store_code: str | None,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Give an employee a role in one store, or in every store (no store code).

    Raises:
        EmployeeNotFound, StoreNotFound: there is nobody or nothing of that code.
        UnknownRole, RoleNeedsAStore, AssignmentEndsBeforeItStarts: it cannot be.
        NotInYourStore, NotYourRole: `by` may not say who works there.
    """
    if role not in StoreAssignment.Role.values:
        raise UnknownRole(field="role")
    if store_code is None and role in ("CLERK", "STORE_MANAGER"):
        raise RoleNeedsAStore(field="store")
    if ends_on is not None and ends_on < starts_on:
        raise AssignmentEndsBeforeItStarts(field="ends_on")
    if store_code is not None:
        require(by, STAFF_MANAGE, store_code, at)
    employee = _locked(employee_code)
    StoreAssignment.objects.update_or_create(
        employee=employee,
        store=_store(store_code) if store_code else None,
        role=role,
        starts_on=starts_on,
        defaults={"ends_on": ends_on},
    )


@transaction.atomic
def set_pin(*, employee_code: str, pin: str, by: Actor, at: datetime) -> None:
    """Give an employee a new PIN; wrong tries are forgotten and sessions end.

    Raises:
        EmployeeNotFound: nobody has this code.
        PinTooSimple: anybody would guess it.
    """
    del by
    if not pins.is_acceptable(pin):
        raise PinTooSimple(field="pin")
    employee = _locked(employee_code)
    employee.pin_hash = pins.hash_pin(pin, employee.code)
    employee.pin_tries = 0
    employee.save(update_fields=["pin_hash", "pin_tries"])
    _end_sessions(employee, at)


@transaction.atomic
def unlock_pin(*, employee_code: str, by: Actor, store_code: str, at: datetime) -> None:
    """Let a colleague try the PIN again.

    Raises:
        NotInYourStore, NotYourRole: `by` does not manage that store's staff.
        EmployeeNotFound: nobody of this code works there.
    """
    require(by, STAFF_MANAGE, store_code, at)
    employee = _locked(employee_code)
    if not roles_at(employee_code, store_code, at):
        raise EmployeeNotFound(employee=employee_code)
    employee.pin_tries = 0
    employee.save(update_fields=["pin_tries"])


@transaction.atomic
def forgive_tries(*, employee_code: str, by: Actor, at: datetime) -> None:
    """Forget wrong PINs from the admin, whose door has asked who may.

    Raises:
        EmployeeNotFound: nobody has this code.
    """
    del by, at
    employee = _locked(employee_code)
    employee.pin_tries = 0
    employee.save(update_fields=["pin_tries"])


@transaction.atomic
def dismiss_employee(*, employee_code: str, by: Actor, at: datetime) -> None:
    """Somebody leaves: the login is switched off and every session ends.

    Raises:
        EmployeeNotFound: nobody has this code.
    """
    del by
    employee = _locked(employee_code)
    employee.is_active = False
    employee.save(update_fields=["is_active"])
    User.objects.filter(pk=employee.user_id).update(is_active=False)
    _end_sessions(employee, at)


@transaction.atomic
def choose_language(*, employee_code: str, language: str, by: Actor, at: datetime) -> None:
    """Show the tablet in another language from now on.

    Raises:
        EmployeeNotFound: nobody has this code.
    """
    del by, at
    employee = _locked(employee_code)
    employee.language = language
    employee.save(update_fields=["language"])


def _locked(employee_code: str) -> Employee:
    employee = Employee.objects.locked().filter(code=employee_code).first()
    if employee is None:
        raise EmployeeNotFound(employee=employee_code)
    return employee


def _store(code: str) -> Store:
    store = Store.objects.filter(code=code).first()
    if store is None:
        raise StoreNotFound(store=code)
    return store


def _end_sessions(employee: Employee, at: datetime) -> None:
    StaffSession.objects.live().filter(employee=employee).update(ended_at=at)
