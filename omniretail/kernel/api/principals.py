"""Who knocks at the REST door."""

from dataclasses import dataclass
from enum import StrEnum

from omniretail.kernel.actors import Actor, ActorKind


class PrincipalKind(StrEnum):
    CLIENT = "client"
    DEVICE = "device"
    STAFF = "staff"
    CUSTOMER = "customer"
    GUEST = "guest"
    NOBODY = "nobody"


_ACTORS = {
    PrincipalKind.CLIENT: ActorKind.CLIENT,
    PrincipalKind.DEVICE: ActorKind.DEVICE,
    PrincipalKind.STAFF: ActorKind.STAFF,
    PrincipalKind.CUSTOMER: ActorKind.CUSTOMER,
    PrincipalKind.GUEST: ActorKind.GUEST,
    PrincipalKind.NOBODY: ActorKind.GUEST,
}


@dataclass(frozen=True)
class Principal:
    """A proven identity: a machine, a device, an employee on a device, a customer,
    or a guest holding the signed link to one order (whose number is the key)."""

    kind: PrincipalKind
    key: str
    scopes: frozenset[str] = frozenset()
    channel: str = ""
    store: str | None = None
    device: str | None = None
    name: str = ""

    # DRF asks its user objects these questions.
    is_active = True
    is_anonymous = False

    @property
    def is_authenticated(self) -> bool:
        return self.kind is not PrincipalKind.NOBODY

    @property
    def pk(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """One text for the principal, unique over all kinds."""
        return f"{self.kind}:{self.key}"

    @property
    def actor(self) -> Actor:
        """The principal as operations know it."""
        return Actor(_ACTORS[self.kind], self.key, self.name, self.device, self.store)


NOBODY = Principal(PrincipalKind.NOBODY, "")
