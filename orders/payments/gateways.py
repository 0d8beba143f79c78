"""The port to a payment gateway: what every gateway must be able to do.

Each call carries a key. The same key asked again has one effect and gets the same
answer, so a caller that heard nothing may ask again. Never called inside a transaction.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class GatewaySilent(Exception):
    """The gateway gave no answer; whether it acted is not known. Ask again."""


@dataclass(frozen=True)
class Answer:
    """What the gateway said for certain."""

    done: bool
    reference: str = ""
    reason: str = ""


class Gateway(Protocol):
    """A payment gateway. All methods may raise `GatewaySilent`."""

    name: str
    terminal_method: str
    """What stands for a card that is held to a shop's terminal."""

    def authorise(self, *, key: str, amount: Decimal, currency: str, method: str) -> Answer:
        """Reserve an amount on a means of payment."""

    def capture(self, *, key: str, charge_key: str, amount: Decimal) -> Answer:
        """Take some of what was reserved under `charge_key`."""

    def void(self, *, key: str, charge_key: str, amount: Decimal) -> Answer:
        """Let go of some of what was reserved. If nothing was, nothing ever will be:
        an authorisation of that key which arrives later is refused."""

    def refund(self, *, key: str, charge_key: str, amount: Decimal) -> Answer:
        """Give some of what was taken back."""


@cache
def gateway() -> Gateway:
    """The gateway in use."""
    chosen: type[Gateway] = import_string(settings.PAYMENT_GATEWAY)
    return chosen()
