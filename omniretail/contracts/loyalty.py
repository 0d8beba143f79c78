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
