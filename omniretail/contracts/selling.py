"""Facts that the inventory floor tells about what channels may sell."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from omniretail.contracts.base import Fact


@dataclass(frozen=True, kw_only=True)
class SaleBlockFact(Fact):
    """Something happened to what a place does not sell; `channel` is None for all."""

    floor: ClassVar[str] = "inventory"

    number: str
    store_code: str
    sku_code: str
    channel: str | None
    by: str

    @property
    def subject(self) -> str:
        return f"level:{self.store_code}:{self.sku_code}"


@dataclass(frozen=True, kw_only=True)
class SaleBlocked(SaleBlockFact):
    """A place sells none of a SKU from a moment on, until another or until it is lifted."""

    starts_at: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class SaleUnblocked(SaleBlockFact):
    """The place sells it again."""


@dataclass(frozen=True, kw_only=True)
class ChannelTermsChanged(Fact):
    """Where a channel sells from, what it leaves, or how it shows that, is different;
    for one SKU or at one place only, if they are named."""

    floor: ClassVar[str] = "inventory"

    channel: str
    what: str
    by: str
    store_code: str | None = None
    sku_code: str | None = None

    @property
    def subject(self) -> str:
        return f"channel:{self.channel}"
