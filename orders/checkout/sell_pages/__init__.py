"""Sell on the tablet: the sale under way, what goes into it, and how it is paid."""

from orders.checkout.sell_pages.filling import (
    add,
    change_details,
    change_line,
    choose_customer,
    name_unit,
)
from orders.checkout.sell_pages.selling import done, pay, sell, start_anew

__all__ = [
    "add",
    "change_details",
    "change_line",
    "choose_customer",
    "done",
    "name_unit",
    "pay",
    "sell",
    "start_anew",
]
