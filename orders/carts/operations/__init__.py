"""Every write to a cart."""

from orders.carts.operations.filling import (
    CartChanged,
    CartClosed,
    CartFull,
    NoCustomer,
    NotForSale,
    StoreDoesNotOfferThat,
    StoreMissing,
    abandon_carts,
    change_cart,
    open_cart,
    set_line,
)
from orders.carts.operations.merging import check_out_cart, merge_cart, reopen_cart
from orders.carts.operations.serials import (
    NotTakenAlong,
    name_units,
    set_named_line,
)

__all__ = [
    "CartChanged",
    "CartClosed",
    "CartFull",
    "NoCustomer",
    "NotForSale",
    "NotTakenAlong",
    "StoreDoesNotOfferThat",
    "StoreMissing",
    "abandon_carts",
    "change_cart",
    "check_out_cart",
    "merge_cart",
    "name_units",
    "open_cart",
    "reopen_cart",
    "set_line",
    "set_named_line",
]
