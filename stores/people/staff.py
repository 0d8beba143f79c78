"""An employee at work, as doors and other floors know one."""

from dataclasses import dataclass
from datetime import datetime

from omniretail.kernel.actors import Actor, ActorKind
from stores.network.places import StorePlace
from stores.people import roles as role_table


@dataclass(frozen=True)
class StaffMember:
    """An employee signed in on a device in a store, with the roles held there today."""

    code: str
    name: str
    first_name: str
    last_name: str
    language: str
    roles: frozenset[str]
    store: StorePlace
    device_code: str
    session_id: int
    seen_at: datetime
    is_locked: bool

    @property
    def role(self) -> str:
        """The highest role held in this store."""
        return role_table.highest(self.roles)

    @property
    def short_name(self) -> str:
        """First name and last letter: "Анна К."."""
        return (
            f"{self.first_name} {self.last_name[:1]}."
            if self.last_name
            else self.first_name
        )

    @property
    def initials(self) -> str:
        """Two letters for the round badge."""
        return (self.first_name[:1] + self.last_name[:1]).upper()

    @property
    def actor(self) -> Actor:
        """The employee as operations know one."""
        return Actor(
            ActorKind.STAFF, self.code, self.name, self.device_code, self.store.code
        )

    def may(self, permission: str) -> bool:
        """Whether one of the roles allows it here."""
        return role_table.allows(self.roles, permission)

    @property
    def can(self) -> dict[str, bool]:
        """For templates: `staff.can.orders_sell`."""
        return {name.replace(".", "_"): self.may(name) for name in role_table.ALL}


@dataclass(frozen=True)
class Tile:
    """A face on the sign-in page."""

    code: str
    name: str
    initials: str
    role: str
