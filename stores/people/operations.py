"""Hiring, assigning, PINs, signing in and out."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from omniretail.kernel import codes
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.models import User
from stores.network.models import Device, Store
from stores.network.queries import StoreNotFound
from stores.people import pins
from stores.people.models import Employee, StaffSession, StoreAssignment
from stores.people.queries import (
    EmployeeNotFound,
    find_session,
    hash_session_secret,
    require,
    roles_at,
)
from stores.people.roles import STAFF_MANAGE
from stores.people.staff import StaffMember


class PinTooSimple(DomainError):
    """A PIN is four to eight digits, not all the same and not a run."""


class WrongPin(DomainError):
    """This PIN is not right."""

    kind = Kind.FORBIDDEN


class PinLocked(DomainError):
    """Too many wrong PINs. Ask your manager to unlock you."""

    kind = Kind.FORBIDDEN


class DeviceNotPaired(DomainError):
    """This device is not paired with a store."""

    kind = Kind.FORBIDDEN


class NotAssignedHere(DomainError):
    """You do not work in this store today."""

    kind = Kind.FORBIDDEN


class UnknownRole(DomainError):
    """There is no such role."""


class RoleNeedsAStore(DomainError):
    """This role is always for one store."""

    constraints = ("clerks_and_store_managers_have_a_store",)


class AssignmentEndsBeforeItStarts(DomainError):
    """An assignment ends after it starts."""

    constraints = ("an_assignment_ends_after_it_starts",)


@dataclass(frozen=True)
class SignedIn:
    """A session just begun; its secret is told once."""

    secret: str
    staff: StaffMember


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


def sign_in(*, employee_code: str, pin: str, device_code: str, at: datetime) -> SignedIn:
    """Begin a session with a PIN; whoever was signed in on the device is signed out.

    The try is burnt in a transaction of its own before the PIN is looked at: neither a
    refusal that rolls back nor a hundred tries at once gives away a sixth one. The door
    must therefore not wrap this in a transaction.

    Raises:
        DeviceNotPaired: the device may not act.
        WrongPin: wrong, or nobody of this code.
        PinLocked: five wrong PINs in a row.
        NotAssignedHere: right, but no role in the device's store today.
    """
    device = Device.objects.paired().filter(code=device_code, user__is_active=True).first()
    if device is None:
        raise DeviceNotPaired(device=device_code)
    employee, tries_left = _burn_try(employee_code)
    if not pins.pin_matches(pin, employee_code, employee.pin_hash if employee else ""):
        raise WrongPin(field="pin", tries_left=tries_left)
    if employee is None:
        raise WrongPin(field="pin")
    return _begin(employee, device.pk, at)


@transaction.atomic
def sign_out(*, secret: str, device_code: str, at: datetime) -> None:
    """End the session; ending it twice is the same."""
    StaffSession.objects.live().filter(
        secret_hash=hash_session_secret(secret), device__code=device_code
    ).update(ended_at=at)


@transaction.atomic
def lock_session(*, session_id: int, at: datetime) -> None:
    """Ask for the PIN before anything else is done in this session."""
    StaffSession.objects.live().filter(pk=session_id, locked_at=None).update(locked_at=at)


@transaction.atomic
def touch_session(*, session_id: int, at: datetime) -> None:
    """The employee did something just now."""
    StaffSession.objects.live().filter(pk=session_id, last_seen_at__lt=at).update(
        last_seen_at=at
    )


@transaction.atomic(durable=True)
def _burn_try(employee_code: str) -> tuple[Employee | None, int]:
    burnt = Employee.objects.filter(
        code=employee_code, is_active=True, pin_tries__lt=limits().pin_tries
    ).update(pin_tries=F("pin_tries") + 1)
    employee = Employee.objects.active().filter(code=employee_code).first()
    if employee is not None and not burnt:
        raise PinLocked
    return employee, limits().pin_tries - (employee.pin_tries if employee else 1)


@transaction.atomic
def _begin(employee: Employee, device_id: int, at: datetime) -> SignedIn:
    device = Device.objects.locked().select_related("store").get(pk=device_id)
    if not roles_at(employee.code, device.store.code, at):
        Employee.objects.filter(pk=employee.pk).update(pin_tries=0)
        raise NotAssignedHere
    Employee.objects.filter(pk=employee.pk).update(pin_tries=0)
    StaffSession.objects.live().filter(device=device).update(ended_at=at)
    secret = codes.random_code(32)
    StaffSession.objects.create(
        employee=employee,
        device=device,
        store=device.store,
        secret_hash=hash_session_secret(secret),
        started_at=at,
        last_seen_at=at,
    )
    return SignedIn(secret=secret, staff=find_session(secret, device.code, at))


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
