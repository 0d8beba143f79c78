"""Questions about employees: who works where, who may do what, who is signed in."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from omniretail.kernel import codes
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.models import ApiClient, User
from omniretail.kernel.periods import business_date
from stores.network.models import Store
from stores.network.queries import device_names, get_store
from stores.people import roles as role_table
from stores.people.models import Employee, StaffSession, StoreAssignment
from stores.people.staff import StaffMember, Tile


class NotInYourStore(DomainError):
    """There is nothing like that in your store."""

    kind = Kind.MISSING


class NotYourRole(DomainError):
    """Your role does not allow this."""

    kind = Kind.FORBIDDEN


class EmployeeNotFound(DomainError):
    """There is no such employee."""

    kind = Kind.MISSING


class SessionEnded(DomainError):
    """Sign in again with your PIN."""

    kind = Kind.FORBIDDEN


_TRUSTED = frozenset({ActorKind.SYSTEM, ActorKind.ADMIN, ActorKind.CLIENT})


def works_at(employee_code: str, store_code: str, at: datetime) -> bool:
    """Whether the employee works in that store (or in every store) on that day."""
    return bool(roles_at(employee_code, store_code, at))


def roles_at(
    employee_code: str,
    store_code: str | None,
    at: datetime,
    *,
    time_zone: str | None = None,
) -> frozenset[str]:
    """The roles an active employee has in the store that day; without a store, the
    roles that hold everywhere."""
    day = business_date(at, time_zone) if time_zone else _day(store_code, at)
    held = StoreAssignment.objects.on(day).filter(
        employee__code=employee_code,
        employee__is_active=True,
        employee__user__is_active=True,
    )
    held = held.filter(store=None) if store_code is None else held.covering(store_code)
    return frozenset(held.values_list("role", flat=True))


def may(actor: Actor, permission: str, store_code: str | None, at: datetime) -> bool:
    """Whether the actor may do this in that store at that moment.

    Staff by their roles there; devices, customers and guests within narrow bounds
    (whose things they are, the doors ask); machines, the admin and the system itself
    were let in by their doors.
    """
    if actor.kind is ActorKind.STAFF:
        return role_table.allows(roles_at(actor.key, store_code, at), permission)
    if actor.kind in _TRUSTED:
        return permission in role_table.ALL
    if actor.kind is ActorKind.DEVICE:
        return permission in role_table.DEVICE and actor.store in (None, store_code)
    return permission in role_table.SHOPPER


def require(actor: Actor, permission: str, store_code: str, at: datetime) -> None:
    """Go on only if the actor may do this in that store.

    Raises:
        NotInYourStore: a member of staff who does not work there (foreign = absent).
        NotYourRole: works there, in a role that does not allow it.
    """
    if may(actor, permission, store_code, at):
        return
    if actor.kind is ActorKind.STAFF and not works_at(actor.key, store_code, at):
        raise NotInYourStore(store=store_code)
    if actor.kind is ActorKind.DEVICE and actor.store not in (None, store_code):
        raise NotInYourStore(store=store_code)
    raise NotYourRole(permission=permission)


def name_of(key: str) -> str:
    """How whoever acted under this key is called."""
    return names_of([key])[key]


def has_pin(employee_code: str) -> bool:
    """Whether this employee can sign in with a PIN."""
    return (
        Employee.objects.active().filter(code=employee_code).exclude(pin_hash="").exists()
    )


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """How those who acted are called on pages, by their keys: the service itself in words;
    employees, devices, programs and people at the admin by name. Who is none of them,
    or has no name, keeps the key."""
    asked = dict.fromkeys(keys, "")
    asked |= {key: _("OmniRetail itself") for key in asked if key == SYSTEM.key}
    for named in _NAMED:
        unknown = {key for key, name in asked.items() if key and not name}
        if not unknown:
            break
        asked |= named(unknown)
    return {key: name or key for key, name in asked.items()}


def _employee_names(codes: set[str]) -> dict[str, str]:
    found = Employee.objects.filter(code__in=codes)
    return {employee.code: employee.name for employee in found}


def _program_names(client_ids: set[str]) -> dict[str, str]:
    found = ApiClient.objects.filter(client_id__in=client_ids)
    return dict(found.values_list("client_id", "name"))


def _user_names(usernames: set[str]) -> dict[str, str]:
    found = User.objects.filter(username__in=usernames)
    return dict(found.values_list("username", "name"))


_NAMED: tuple[Callable[[set[str]], dict[str, str]], ...] = (
    _employee_names,
    device_names,
    _program_names,
    _user_names,
)


def language_of(employee_code: str) -> str | None:
    """The language the employee reads."""
    found = Employee.objects.filter(code=employee_code).values_list("language", flat=True)
    return found.first()


def tiles(store_code: str, at: datetime) -> list[Tile]:
    """Who may sign in on a tablet of that store today, by name; the chain's people
    who work everywhere come last."""
    day = _day(store_code, at)
    assignments = (
        StoreAssignment.objects.on(day)
        .covering(store_code)
        .filter(employee__is_active=True)
        .exclude(employee__pin_hash="")
        .select_related("employee")
        .order_by("employee__first_name", "employee__last_name", "employee__code")
    )
    held: dict[Employee, list[StoreAssignment]] = {}
    for assignment in assignments:
        held.setdefault(assignment.employee, []).append(assignment)
    ranked = sorted(held.items(), key=lambda one: all(a.store_id is None for a in one[1]))
    return [_tile(employee, mine) for employee, mine in ranked]


def find_session(
    secret: str, device_code: str, at: datetime, *, paired_at: datetime | None = None
) -> StaffMember:
    """The employee holding this session secret on this device (as it was paired then).

    Raises:
        SessionEnded: signed out, too old, switched off, unpaired, or no longer
            assigned to the store.
    """
    sessions = StaffSession.objects.live().filter(
        secret_hash=hash_session_secret(secret),
        started_at__gt=at - limits().staff_session_life,
        device__code=device_code,
        device__unpaired_at=None,
        device__user__is_active=True,
    )
    if paired_at is not None:
        sessions = sessions.filter(device__paired_at=paired_at)
    session = sessions.select_related("employee", "store", "device").first()
    if session is None:
        raise SessionEnded
    roles = roles_at(
        session.employee.code, session.store.code, at, time_zone=session.store.time_zone
    )
    if not roles:
        raise SessionEnded
    return _member(session, roles)


def hash_session_secret(secret: str) -> str:
    """What is kept of a session's secret (160 random bits need no slow hash)."""
    return codes.hash_secret(secret, bound_to="staff-session")


def _member(session: StaffSession, roles: frozenset[str]) -> StaffMember:
    employee = session.employee
    return StaffMember(
        code=employee.code,
        name=employee.name,
        first_name=employee.first_name,
        last_name=employee.last_name,
        language=employee.language,
        roles=roles,
        store=get_store(session.store.code),
        device_code=session.device.code,
        session_id=session.pk,
        seen_at=session.last_seen_at,
        is_locked=session.locked_at is not None,
    )


def _tile(employee: Employee, assignments: list[StoreAssignment]) -> Tile:
    return Tile(
        code=employee.code,
        name=employee.name,
        initials=(employee.first_name[:1] + employee.last_name[:1]).upper(),
        role=role_table.highest(assignment.role for assignment in assignments),
    )


def _day(store_code: str | None, at: datetime) -> date:
    if store_code is None:
        return at.date()
    zone = _time_zone(store_code)
    return business_date(at, zone) if zone else at.date()


def _time_zone(store_code: str) -> str | None:
    return Store.objects.filter(code=store_code).values_list("time_zone", flat=True).first()
