"""Signing in and out with a PIN."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from omniretail.kernel import codes
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from stores.network.models import Device
from stores.people import pins
from stores.people.models import Employee, StaffSession
from stores.people.queries import find_session, hash_session_secret, roles_at
from stores.people.staff import StaffMember


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


@dataclass(frozen=True)
class SignedIn:
    """A session just begun; its secret is told once."""

    secret: str
    staff: StaffMember


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
    Employee.objects.filter(pk=employee.pk).update(pin_tries=0)
    return _begin(employee, device.pk, at)


@transaction.atomic
def sign_out(*, secret: str, device_code: str, at: datetime) -> None:
    """End the session; ending it twice is the same."""
    StaffSession.objects.live().filter(
        secret_hash=hash_session_secret(secret), device__code=device_code
    ).update(ended_at=at)


@transaction.atomic
def end_session(*, session_id: int, by: Actor, at: datetime) -> None:
    """Sign somebody out from afar: a tablet was left behind or lost."""
    del by
    StaffSession.objects.live().filter(pk=session_id).update(ended_at=at)


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
        raise NotAssignedHere
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
