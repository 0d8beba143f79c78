"""Facts that the inventory floor tells of what it keeps for somebody."""

from dataclasses import dataclass
from typing import ClassVar

from omniretail.contracts.base import Fact


@dataclass(frozen=True, kw_only=True)
class PromiseFact(Fact):
    """Something happened to what is kept under a reference."""

    floor: ClassVar[str] = "inventory"

    reference: str
    sku_code: str
    quantity: int

    @property
    def subject(self) -> str:
        return f"promise:{self.reference}"


@dataclass(frozen=True, kw_only=True)
class PromiseMoved(PromiseFact):
    """Another place keeps the units now: the first one is needed for what must stand
    there."""

    source_code: str
    target_code: str


@dataclass(frozen=True, kw_only=True)
class PromiseUncovered(PromiseFact):
    """A till sold units that are promised, and nobody else has them."""

    store_code: str
