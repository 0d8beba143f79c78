"""Taking goods back."""

from orders.returns.operations.returning import (
    MoreThanHandedOver,
    NothingToReturn,
    ReturnItem,
    return_order,
)
from orders.returns.operations.serials import SerialNotOfOrder

__all__ = [
    "MoreThanHandedOver",
    "NothingToReturn",
    "ReturnItem",
    "SerialNotOfOrder",
    "return_order",
]
