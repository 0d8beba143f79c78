"""Facts that the inventory floor tells."""

from dataclasses import dataclass
from datetime import date, datetime

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


@dataclass(frozen=True)
class SupplyLine:
    """Units of one SKU in a document of supply."""

    sku_code: str
    name: str
    quantity: int


@dataclass(frozen=True)
class TransferBrief:
    """A transfer: from where, to where, what."""

    number: str
    source_code: str
    source_name: str
    target_code: str
    target_name: str
    lines: tuple[SupplyLine, ...]

    @property
    def units(self) -> int:
        """All units together."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class TransferFact(Fact):
    """Something happened to a transfer."""

    transfer: TransferBrief
    by: str

    @property
    def subject(self) -> str:
        return f"transfer:{self.transfer.number}"


@dataclass(frozen=True, kw_only=True)
class TransferRequested(TransferFact):
    """A place wants goods of another, or wants to send it some."""

    needs_second_person: bool
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TransferApproved(TransferFact):
    """The goods are kept for the transfer and may be sent."""

    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TransferDispatched(TransferFact):
    """The goods have left."""

    expected_at: datetime


@dataclass(frozen=True, kw_only=True)
class TransferReceived(TransferFact):
    """Goods of a transfer have come; the lines say which."""

    receipt_number: str
    still_in_transit: int


@dataclass(frozen=True, kw_only=True)
class TransferLost(TransferFact):
    """Goods of a transfer will not come; the lines say which."""

    reason: str
    still_in_transit: int


@dataclass(frozen=True, kw_only=True)
class TransferCancelled(TransferFact):
    """Nothing will be sent."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class GoodsReceived(Fact):
    """Goods came in at a place: for an order to a supplier, a transfer, or blind."""

    receipt_number: str
    kind: str
    store_code: str
    document: str
    good: tuple[SupplyLine, ...]
    damaged: tuple[SupplyLine, ...]
    by: str

    @property
    def subject(self) -> str:
        return f"receipt:{self.receipt_number}"


@dataclass(frozen=True)
class PurchaseBrief:
    """An order to a supplier: from whom, for where, what."""

    number: str
    supplier_code: str
    supplier_name: str
    store_code: str
    lines: tuple[SupplyLine, ...]


@dataclass(frozen=True, kw_only=True)
class PurchaseFact(Fact):
    """Something happened to an order to a supplier."""

    purchase: PurchaseBrief
    by: str

    @property
    def subject(self) -> str:
        return f"purchase:{self.purchase.number}"


@dataclass(frozen=True, kw_only=True)
class PurchaseOrdered(PurchaseFact):
    """The supplier was asked to deliver."""

    expected_on: date


@dataclass(frozen=True, kw_only=True)
class PurchaseClosed(PurchaseFact):
    """Nothing more will come; the lines say what is missing, the notices which
    announced deliveries end with it."""

    outcome: str
    reason: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DeliveryAnnounced(PurchaseFact):
    """The supplier says what is on its way; the lines say what."""

    notice_number: str
    expected_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryClosed(PurchaseFact):
    """An announced delivery has come, or will not; the lines say what is missing."""

    notice_number: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class DatedPromiseFact(Fact):
    """Something happened to units promised by a date."""

    reference: str
    owner: str
    line: str
    store_code: str
    sku_code: str
    quantity: int
    document: str

    @property
    def subject(self) -> str:
        return f"dated:{self.reference}"


@dataclass(frozen=True, kw_only=True)
class DatedPromiseKept(DatedPromiseFact):
    """The goods have come and are kept for their owner."""

    promise_line: str


@dataclass(frozen=True, kw_only=True)
class DatedPromiseBroken(DatedPromiseFact):
    """The goods will not come as promised."""

    promised_for: datetime
    reason: str


@dataclass(frozen=True)
class CountBrief:
    """A count: where, of what, and how many articles."""

    number: str
    store_code: str
    kind: str
    zone: str
    first_article: str
    articles: int


@dataclass(frozen=True, kw_only=True)
class CountFact(Fact):
    """Something happened to a count; `round` is how often it is counted by now."""

    count: CountBrief
    round: int
    by: str

    @property
    def subject(self) -> str:
        return f"count:{self.count.number}"


@dataclass(frozen=True, kw_only=True)
class CountOpened(CountFact):
    """Articles are to be counted."""

    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CountRecountAsked(CountFact):
    """Articles are to be counted again."""

    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CountFinished(CountFact):
    """Everything is counted; the variance waits for approval."""

    needs_second_person: bool
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CountApproved(CountFact):
    """The levels were put right; `short` units are promised and not there."""

    units_off: int
    short: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CountShortSettled(CountFact):
    """Nothing that the count found missing is promised any more."""


@dataclass(frozen=True, kw_only=True)
class CountCancelled(CountFact):
    """Nothing of it is counted any more, and no level was changed."""
