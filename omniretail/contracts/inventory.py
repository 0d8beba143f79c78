"""Facts that the inventory floor tells."""

from dataclasses import dataclass

from omniretail.contracts.base import Fact


@dataclass(frozen=True, kw_only=True)
class StockMoved(Fact):
    """Units changed bucket at one place: received, sold, adjusted, returned."""

    store_code: str
    sku_code: str
    quantity: int
    source: str
    target: str
    reference: str
    on_hand: int
    available_to_promise: int

    @property
    def subject(self) -> str:
        return f"level:{self.store_code}:{self.sku_code}"


@dataclass(frozen=True, kw_only=True)
class FeedImported(Fact):
    """An ERP feed (catalogue, places, stock, prices) landed."""

    feed_number: str
    kind: str
    rows_landed: int
    rows_refused: int

    @property
    def subject(self) -> str:
        return f"feed:{self.feed_number}"
