"""Everything tills report."""

from orders.till.operations.recording import (
    Outcome,
    SaleAnswer,
    TillNotFound,
    record_sales,
)
from orders.till.operations.selling import (
    ArticleNotNamed,
    CashierNotHere,
    CustomerNotKnown,
    SoldInTheFuture,
    TotalDiffers,
)

__all__ = [
    "ArticleNotNamed",
    "CashierNotHere",
    "CustomerNotKnown",
    "Outcome",
    "SaleAnswer",
    "SoldInTheFuture",
    "TillNotFound",
    "TotalDiffers",
    "record_sales",
]
