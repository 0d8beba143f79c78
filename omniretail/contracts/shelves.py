"""Facts that the inventory floor tells about shelves and those who wait for goods."""

from dataclasses import dataclass
from typing import ClassVar

from omniretail.contracts.base import Fact


@dataclass(frozen=True, kw_only=True)
class ShelfFact(Fact):
    """Something changed about one SKU on the shelf of one place; told once a crossing."""

    floor: ClassVar[str] = "inventory"

    store_code: str
    sku_code: str
    sku_name: str
    on_hand: int

    @property
    def subject(self) -> str:
        return f"shelf:{self.store_code}:{self.sku_code}"


@dataclass(frozen=True, kw_only=True)
class StockLow(ShelfFact):
    """What is on hand has fallen to the reorder point."""

    reorder_point: int


@dataclass(frozen=True, kw_only=True)
class StockOut(ShelfFact):
    """The last unit has left the shelf."""


@dataclass(frozen=True, kw_only=True)
class StockBack(ShelfFact):
    """It was gone and is there again."""


@dataclass(frozen=True, kw_only=True)
class WaitServed(Fact):
    """Goods somebody waits for have come: whom to tell, what, where."""

    floor: ClassVar[str] = "inventory"

    wait_number: str
    customer_number: str
    phone: str
    email: str
    recipient_name: str
    language: str
    sku_code: str
    sku_name: str
    store_code: str
    quantity: int

    @property
    def subject(self) -> str:
        return f"wait:{self.wait_number}"
