"""Taking goods back."""

from orders.returns.operations.naming import SerialNotOfOrder
from orders.returns.operations.returning import (
    MoreThanHandedOver,
    NothingToReturn,
    ReturnItem,
    return_order,
)

__all__ = [
    "MoreThanHandedOver",
    "NothingToReturn",
    "ReturnItem",
    "SerialNotOfOrder",
    "return_order",
]
