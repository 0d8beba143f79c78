"""Who does something."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"
    GUEST = "guest"
    CLIENT = "client"
    DEVICE = "device"
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who acts: a business key, and where and on which device, if that is known."""

    kind: ActorKind
    key: str
    name: str = ""
    device: str | None = None
    store: str | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "system")
