"""A till's sale as the till tells it: pure values."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class SoldLine:
    """Units of one article at the price the till took; known by code or barcode, and by
    their serial numbers where the till scans them."""

    quantity: int
    unit_price: Decimal
    discount_amount: Decimal = Decimal(0)
    sku: str = ""
    gtin: str = ""
    serials: tuple[str, ...] = ()

    @property
    def net_amount(self) -> Decimal:
        """What the customer paid for them."""
        return self.unit_price * self.quantity - self.discount_amount


@dataclass(frozen=True)
class Sale:
    """One receipt: what was sold and how it was paid, in the till's own sequence."""

    sequence: int
    receipt_number: str
    sold_at: datetime
    tender: str
    total_amount: Decimal
    lines: tuple[SoldLine, ...]
    cashier: str = ""
    customer: str = ""

    @property
    def content(self) -> str:
        """A digest by which the same sale told twice is recognised."""
        content = asdict(self)
        for line in content["lines"]:
            if not line["serials"]:
                del line["serials"]  # as tills told it before there were any
        told = json.dumps(content, default=str, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Gap:
    """Sequence numbers a till used and never told us about, both ends included."""

    first: int
    last: int
