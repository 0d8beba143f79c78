"""From a cart to an order that stands, and back."""

from orders.checkout.operations.reserving import (
    AddressMissing,
    CarryOutElsewhere,
    CartEmpty,
    CashOnlyInStore,
    ContactMissing,
    Payment,
    PriceChanged,
    Terms,
    reserve_order,
)
from orders.checkout.operations.serials import scan_unit
from orders.checkout.operations.settling import (
    finish_checkout,
    place_order,
    resume_checkouts,
    settle_checkout,
)
from orders.checkout.operations.withdrawing import (
    OrderEnded,
    OrderWithdrawn,
    cancel_order,
)

__all__ = [
    "AddressMissing",
    "CarryOutElsewhere",
    "CartEmpty",
    "CashOnlyInStore",
    "ContactMissing",
    "OrderEnded",
    "OrderWithdrawn",
    "Payment",
    "PriceChanged",
    "Terms",
    "cancel_order",
    "finish_checkout",
    "place_order",
    "reserve_order",
    "resume_checkouts",
    "scan_unit",
    "settle_checkout",
]
