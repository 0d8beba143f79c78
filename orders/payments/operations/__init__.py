"""Every write to an order's money."""

from orders.payments.operations.settling import (
    ask,
    ask_again,
    settle_request,
    settle_wanted,
)
from orders.payments.operations.taking import (
    PaymentDeclined,
    ask_card,
    record_authorisation,
    spend_points,
    take_payment,
    withdraw_card,
)
from orders.payments.operations.wanting import (
    NoSuchMoney,
    want_capture,
    want_refund,
    want_rest_back,
    want_void,
)

__all__ = [
    "NoSuchMoney",
    "PaymentDeclined",
    "ask",
    "ask_again",
    "ask_card",
    "record_authorisation",
    "settle_request",
    "settle_wanted",
    "spend_points",
    "take_payment",
    "want_capture",
    "want_refund",
    "want_rest_back",
    "want_void",
    "withdraw_card",
]
