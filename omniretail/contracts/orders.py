"""Facts that the orders floor tells.

Every fact of an order carries its whole `OrderBrief`: the floors below cannot ask
the floor above, and a guest's address for messages is known nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from omniretail.contracts.base import Fact


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to tell: an own snapshot, since a guest has no customer record."""

    name: str
    phone: str
    email: str
    language: str


@dataclass(frozen=True, kw_only=True)
class OrderBrief:
    """The order as other floors need to know it."""

    number: str
    channel: str
    currency: str
    customer_number: str | None
    taken_at_store: str | None
    taken_by: str | None
    placed_at: datetime
    page_url: str
    contact: Contact


@dataclass(frozen=True, kw_only=True)
class LineBrief:
    """Some units of one order line.

    `net_amount` is what the customer pays for them after discounts, tax included;
    `points_amount` is the part of it paid with points.
    """

    line: int
    sku_code: str
    name: str
    quantity: int
    net_amount: Decimal
    points_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class FulfilmentBrief:
    """One parcel or bag: which store prepares it, how it leaves, and by when."""

    number: str
    kind: str
    store_code: str
    due_at: datetime
    lines: tuple[LineBrief, ...]

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def net_amount(self) -> Decimal:
        return sum((line.net_amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class OrderFact(Fact):
    """A fact about one order."""

    order: OrderBrief

    @property
    def subject(self) -> str:
        return f"order:{self.order.number}"


@dataclass(frozen=True, kw_only=True)
class FulfilmentFact(OrderFact):
    """A fact about one fulfilment of an order."""

    fulfilment: FulfilmentBrief


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(OrderFact):
    """Stock is promised and payment is authorised: the order stands."""

    total_amount: Decimal
    fulfilments: tuple[FulfilmentBrief, ...]


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderFact):
    """The whole order was called off; nothing of it had been handed over."""

    reason: str
    total_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderCompleted(OrderFact):
    """Everything that was not cancelled is with the customer."""


@dataclass(frozen=True, kw_only=True)
class FulfilmentAllocated(FulfilmentFact):
    """A store has this to prepare (at placement or after re-sourcing)."""


@dataclass(frozen=True, kw_only=True)
class FulfilmentAccepted(FulfilmentFact):
    """The store took the job."""

    by: str


@dataclass(frozen=True, kw_only=True)
class FulfilmentPicking(FulfilmentFact):
    """A clerk is collecting the goods from the shelves."""

    by: str


@dataclass(frozen=True, kw_only=True)
class FulfilmentLinesShort(FulfilmentFact):
    """Some units were not found. `fulfilment.lines` holds the missing units only;
    `units_left` are those the bag is still to hold; for `units_asked` that a till has sold
    others are still wanted."""

    outcome: str  # RESOURCED or REFUNDED
    units_left: int
    units_asked: int = 0


@dataclass(frozen=True, kw_only=True)
class FulfilmentUncovered(FulfilmentFact):
    """A till sold units of this bag, and no other place has them: somebody looks for them
    and asks the customer. `fulfilment.lines` holds such units only."""


@dataclass(frozen=True, kw_only=True)
class FulfilmentUnitsSold(FulfilmentFact):
    """A till sold the very units that the bag names: somebody puts others in before it
    leaves. `fulfilment.lines` holds such units only."""

    serials: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FulfilmentUnitsReplaced(FulfilmentFact):
    """Others lie in the bag in place of the units that a till had sold."""

    by: str


@dataclass(frozen=True, kw_only=True)
class FulfilmentReady(FulfilmentFact):
    """The bag waits for the customer. The code itself stands on the order page."""

    bay: str
    keep_until: datetime


@dataclass(frozen=True, kw_only=True)
class FulfilmentCollected(FulfilmentFact):
    """The customer took it away (or paid and carried it out)."""

    by: str
    ready_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class FulfilmentPacked(FulfilmentFact):
    """The parcel is closed and waits for the carrier."""

    by: str


@dataclass(frozen=True, kw_only=True)
class FulfilmentShipped(FulfilmentFact):
    """The carrier has it; payment is captured."""

    by: str
    tracking_number: str
    ready_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class FulfilmentDelivered(FulfilmentFact):
    """The carrier handed it to the customer."""


@dataclass(frozen=True, kw_only=True)
class FulfilmentCancelled(FulfilmentFact):
    """Nothing of it will be handed over: cancelled, expired or all short."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class FulfilmentLate(FulfilmentFact):
    """It was due and is not ready."""


@dataclass(frozen=True, kw_only=True)
class OrderReturned(OrderFact):
    """Units came back at a store and were refunded to the original tenders."""

    return_number: str
    store_code: str
    sold_by_stores: tuple[str, ...]
    lines: tuple[LineBrief, ...]
    refund_amount: Decimal
    by: str
