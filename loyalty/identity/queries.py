"""Questions about customers. Other floors get values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, Prefetch, Q, TextField, Value, When
from django.db.models.functions import Concat
from django.db.models.lookups import Contains

from loyalty.identity import identifiers
from loyalty.identity.models import (
    Consent,
    Customer,
    CustomerQuerySet,
    CustomerToken,
    Identifier,
)
from loyalty.identity.secrets import token_hash
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.market import house_country

FOUND_AT_MOST = 20
_NUMBER = re.compile(r"C-[0-9A-Z]{4}-[0-9A-Z]{4}")


class CustomerNotFound(DomainError):
    """There is no such customer."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class IdentifierCard:
    """A phone, e-mail or card, and whether the customer proved to hold it."""

    kind: str
    value: str
    is_primary: bool
    is_verified: bool


@dataclass(frozen=True)
class CustomerCard:
    """A customer as other floors and the doors know them."""

    number: str
    first_name: str
    last_name: str
    language: str
    phone: str
    email: str
    card: str
    points_balance: int
    registered_at: datetime
    identifiers: tuple[IdentifierCard, ...]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def short_name(self) -> str:
        """The name as called out in a shop: "Анна К."."""
        letter = f" {self.last_name[0]}." if self.first_name and self.last_name else ""
        return f"{self.first_name or self.last_name}{letter}"

    @property
    def verified_kinds(self) -> frozenset[str]:
        """By which kinds of identifier the customer is proven."""
        return frozenset(one.kind for one in self.identifiers if one.is_verified)


@dataclass(frozen=True)
class ConsentCard:
    """A consent in force."""

    purpose: str
    channel: str
    source: str
    granted_at: datetime


def customer_card(number: str) -> CustomerCard:
    """The customer with this number.

    Raises:
        CustomerNotFound: no customer has this number.
    """
    found = _cards(Customer.objects.present().filter(number=number))
    if not found:
        raise CustomerNotFound(customer=number)
    return found[0]


def customer_cards(numbers: Iterable[str]) -> dict[str, CustomerCard]:
    """The customers that exist, by number."""
    found = _cards(Customer.objects.present().filter(number__in=set(numbers)))
    return {card.number: card for card in found}


def customer_id(number: str) -> int:
    """The key by which rows of the floor above point to the customer.

    Raises:
        CustomerNotFound: no customer has this number.
    """
    found = Customer.objects.present().filter(number=number).values_list("pk", flat=True)
    if not found:
        raise CustomerNotFound(customer=number)
    return found[0]


def customer_of(kind: str, value: str) -> CustomerCard | None:
    """The customer recognised by an identifier in normal form: whoever proved to hold
    it, else the only one who claims it."""
    claim = Q(identifiers__kind=kind, identifiers__value=value)
    known = Customer.objects.present()
    found = _cards(known.filter(claim, identifiers__verified_at__isnull=False))
    if not found:
        found = _cards(known.filter(claim)[:2])
    return found[0] if len(found) == 1 else None


def find_customer(text: str) -> list[CustomerCard]:
    """Customers by phone, e-mail, card, number or name, the likeliest first."""
    plain = text.strip()
    if not plain:
        return []
    exact = _exact(plain)
    if exact is not None:
        rows = Customer.objects.present().filter(exact).distinct()
        return _cards(rows.order_by("-registered_at", "-id")[:FOUND_AT_MOST])
    rows = Customer.objects.present()
    words = _simple(plain).split()
    for word in words:
        rows = rows.filter(search_name__contains=word)
    return _cards(rows.order_by(*map(_fit, words), "search_name", "id")[:FOUND_AT_MOST])


def live_consents(number: str) -> list[ConsentCard]:
    """What the customer allows at present."""
    rows = Consent.objects.filter(customer__number=number, withdrawn_at=None)
    return [
        ConsentCard(row.purpose, row.channel, row.source, row.granted_at)
        for row in rows.order_by("purpose", "channel")
    ]


def may_receive(
    customer_id: int | None, purpose: str, channel: str, about: datetime
) -> bool:
    """Whether a message about what happened then may go out: about one's own order
    always, offers by a consent that was given by then and is still in force."""
    if purpose == Consent.Purpose.SERVICE:
        return True
    return Consent.objects.filter(
        customer=customer_id,
        purpose=purpose,
        channel=channel,
        granted_at__lte=about,
        withdrawn_at=None,
    ).exists()


def customer_of_token(token: str, at: datetime) -> CustomerCard | None:
    """Whose signed-in device this token is."""
    rows = CustomerToken.objects.usable(at).filter(secret_hash=token_hash(token))
    number = rows.values_list("customer__number", flat=True).first()
    found = _cards(Customer.objects.present().filter(number=number)) if number else []
    return found[0] if found else None


def _exact(text: str) -> Q | None:
    """The condition that a text names, if it looks like an identifier."""
    card = identifiers.card(text)
    if card is not None:
        return Q(identifiers__kind=Identifier.Kind.CARD, identifiers__value=card)
    if _NUMBER.fullmatch(text.upper()):
        return Q(number=text.upper())
    if "@" in text:
        value = identifiers.email(text) or text.lower()
        return Q(identifiers__kind=Identifier.Kind.EMAIL, identifiers__value=value)
    phone = identifiers.phone(text, house_country())
    if phone is not None:
        return Q(identifiers__kind=Identifier.Kind.PHONE, identifiers__value=phone)
    return None


def _simple(text: str) -> str:
    return text.lower().replace("ё", "е")


def _cards(customers: CustomerQuerySet) -> list[CustomerCard]:
    mine = Identifier.objects.order_by(
        "-is_primary", F("verified_at").desc(nulls_last=True)
    )
    rows = customers.select_related("account").prefetch_related(
        Prefetch("identifiers", mine)
    )
    return [_card(row) for row in rows]


def _card(row: Customer) -> CustomerCard:
    known = tuple(
        IdentifierCard(one.kind, one.value, one.is_primary, one.verified_at is not None)
        for one in row.identifiers.all()
    )
    first = {one.kind: one.value for one in reversed(known)}
    return CustomerCard(
        number=row.number,
        first_name=row.first_name,
        last_name=row.last_name,
        language=row.language,
        phone=first.get(Identifier.Kind.PHONE, ""),
        email=first.get(Identifier.Kind.EMAIL, ""),
        card=first.get(Identifier.Kind.CARD, ""),
        points_balance=row.account.balance if hasattr(row, "account") else 0,
        registered_at=row.registered_at,
        identifiers=known,
    )


def _fit(word: str) -> Case:
    """Whole words before beginnings, beginnings before what stands inside: Anna before
    Annabel before Joanna."""
    name = Concat(Value(" "), "search_name", Value(" "), output_field=TextField())
    return Case(
        When(Contains(name, Value(f" {word} ")), then=0),
        When(Contains(name, Value(f" {word}")), then=1),
        default=2,
    )
