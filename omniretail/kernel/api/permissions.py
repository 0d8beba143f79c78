"""What each operation of the REST door asks of its principal; closed by default."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from omniretail.kernel.actors import Actor
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.errors import DomainError, Kind

if TYPE_CHECKING:
    from rest_framework.views import APIView


# Answers whether an actor has a permission in a place: (actor, permission, store, at).
StaffRule = Callable[[Actor, str, str | None, datetime], bool]


class NotForYou(DomainError):
    """This operation is not open to you."""

    kind = Kind.FORBIDDEN


class ScopeMissing(DomainError):
    """Your access does not include the scope this operation needs."""

    kind = Kind.FORBIDDEN


class RoleMissing(DomainError):
    """Your role does not allow this."""

    kind = Kind.FORBIDDEN


@dataclass(frozen=True)
class Access:
    """Who may call one operation: clients by scope, staff by permission, others by kind.

    Whose row it is (this customer's order, this store's fulfilment) the view asks itself;
    foreign rows are answered as absent.
    """

    clients: str | None = None
    devices: bool = False
    staff: str | None = None
    customers: bool = False
    guests: bool = False
    anyone: bool = False

    def kinds(self) -> frozenset[PrincipalKind]:
        """The kinds of principal that may come in."""
        doors = {
            PrincipalKind.CLIENT: self.clients is not None,
            PrincipalKind.DEVICE: self.devices,
            PrincipalKind.STAFF: self.staff is not None,
            PrincipalKind.CUSTOMER: self.customers,
            PrincipalKind.GUEST: self.guests,
            PrincipalKind.NOBODY: self.anyone,
        }
        return frozenset(kind for kind, is_open in doors.items() if is_open)

    def require(self, principal: Principal, at: datetime) -> None:
        """Let the principal in or say why not.

        Raises:
            NotForYou: no principal of this kind may call the operation.
            ScopeMissing: the client was not granted the scope.
            RoleMissing: the employee's role in this place lacks the permission.
        """
        if self.anyone:
            return
        if principal.kind not in self.kinds():
            raise NotForYou
        if principal.kind is PrincipalKind.CLIENT and self.clients not in principal.scopes:
            raise ScopeMissing(scope=self.clients)
        if principal.kind is PrincipalKind.STAFF and not self._staff_may(principal, at):
            raise RoleMissing(permission=self.staff)

    def _staff_may(self, principal: Principal, at: datetime) -> bool:
        rule: StaffRule = import_string(settings.STAFF_PERMISSION)
        return rule(principal.actor, self.staff or "", principal.store, at)


class AccessPermission(BasePermission):
    """DRF's question, answered from the view's table of principals."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if getattr(view, "action", None) in (None, "metadata"):
            return True  # no such method here: the view says so itself
        access = access_of(view)
        if access is None:
            raise NotForYou
        principal = request.auth
        if not isinstance(principal, Principal):
            if access.anyone:
                return True
            raise NotAuthenticated
        access.require(principal, getattr(view, "at"))  # noqa: B009 - ApiView's own
        return True


def access_of(view: object) -> Access | None:
    """The row of the view's table for the action being called."""
    table: dict[str, Access] = getattr(view, "principals", {})
    action = getattr(view, "action", None)
    return table.get(action) if action else None
