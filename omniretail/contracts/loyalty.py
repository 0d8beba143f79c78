"""Facts that the loyalty floor tells."""

from dataclasses import dataclass

from omniretail.contracts.base import Fact


@dataclass(frozen=True, kw_only=True)
class CustomerRegistered(Fact):
    """A person became a customer, in a store or online."""

    customer_number: str
    channel: str

    @property
    def subject(self) -> str:
        return f"customer:{self.customer_number}"


@dataclass(frozen=True, kw_only=True)
class PointsChanged(Fact):
    """A customer's points moved: earned, activated, redeemed, reversed, expired."""

    customer_number: str
    kind: str
    points: int
    balance: int
    reference: str

    @property
    def subject(self) -> str:
        return f"customer:{self.customer_number}"


@dataclass(frozen=True, kw_only=True)
class OneTimeCodeRequested(Fact):
    """Somebody is to prove that a phone or e-mail is theirs.

    The code itself is not told: whoever sends it asks for it by its key.
    """

    code_key: str
    purpose: str
    kind: str
    value: str
    language: str
    customer_number: str | None

    @property
    def subject(self) -> str:
        return f"identifier:{self.value}"[:150]
