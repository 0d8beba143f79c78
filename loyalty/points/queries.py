"""Questions about points."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from loyalty.points.models import Account, Entry
from loyalty.points.spending import most_points
from loyalty.points.terms import Terms
from omniretail.kernel.errors import DomainError
from omniretail.kernel.market import house_currency
from omniretail.kernel.money import Money


class NoPointsInCurrency(DomainError):
    """Points cannot be used in this currency."""


@dataclass(frozen=True)
class Balance:
    """A customer's points: spendable, waiting, owed; and what the spendable are worth."""

    active: int
    pending: int
    debt: int
    worth: Money


@dataclass(frozen=True)
class Quote:
    """The most points a purchase may be paid with, and their worth."""

    points: int
    worth: Money


@dataclass(frozen=True)
class Movement:
    """One line of a customer's points statement."""

    key: int
    at: datetime
    kind: str
    points: int
    pending: int
    debt: int
    reference: str


def terms() -> Terms:
    """The programme's terms in force."""
    given: dict[str, Any] = settings.LOYALTY
    return Terms(**given)


def worth_of(points: int, currency: str) -> Money:
    """What points are worth as a payment.

    Raises:
        NoPointsInCurrency: the programme has no worth in this currency.
    """
    return Money(_point_worth(currency) * points, currency)


def balance(customer_number: str, currency: str | None = None) -> Balance:
    """What a customer has; zeros for one who never had points."""
    currency = currency or house_currency()
    account = Account.objects.filter(customer__number=customer_number).first()
    if account is None:
        return Balance(0, 0, 0, worth_of(0, currency))
    return Balance(
        account.balance,
        account.pending,
        account.debt,
        worth_of(account.balance, currency),
    )


def quote_redemption(*, customer_number: str, amount: Money) -> Quote:
    """The most points that may pay for goods of an amount.

    Raises:
        NoPointsInCurrency: the programme has no worth in this currency.
    """
    most = most_points(
        balance=balance(customer_number, amount.currency).active,
        amount=amount.amount,
        point_worth=_point_worth(amount.currency),
        max_share_percent=terms().max_share_percent,
    )
    return Quote(most, worth_of(most, amount.currency))


def entries_of(customer_number: str) -> "QuerySet[Entry]":
    """The rows of a customer's statement, for this floor's own doors."""
    return Entry.objects.filter(account__customer__number=customer_number)


def movements(
    customer_number: str, *, before: int | None = None, limit: int = 50
) -> list[Movement]:
    """The customer's statement, newest first, continued below the key `before`."""
    entries = entries_of(customer_number)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    return [
        Movement(
            key=entry.pk,
            at=entry.at,
            kind=entry.kind,
            points=entry.points,
            pending=entry.pending,
            debt=entry.debt,
            reference=entry.order_number or entry.reference,
        )
        for entry in entries.order_by("-id")[:limit]
    ]


def _point_worth(currency: str) -> Decimal:
    worth = terms().point_worth.get(currency)
    if worth is None:
        raise NoPointsInCurrency(currency=currency)
    return worth
