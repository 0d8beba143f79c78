"""What the doors of replenishment share."""

from datetime import datetime

from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import Principal, PrincipalKind
from stores.people.queries import may
from stores.people.roles import SUPPLY_ORDER

NUMBER = r"[A-Za-z0-9._-]{1,60}"
READERS = Access(clients="supply:read", staff="supply.move")


def place_of(principal: Principal, at: datetime) -> str | None:
    """The place a principal is bound to: an employee's own, unless head office decides
    for the whole chain."""
    if principal.kind is not PrincipalKind.STAFF:
        return None
    is_everywhere = may(principal.actor, SUPPLY_ORDER, None, at)
    return None if is_everywhere else principal.store
