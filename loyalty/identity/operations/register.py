"""Customers come to be, and say by what they are recognised."""

import secrets
from datetime import date, datetime

from django.db import transaction

from loyalty.identity import identifiers
from loyalty.identity.models import Customer, Identifier
from loyalty.identity.queries import CustomerCard, CustomerNotFound, customer_card
from omniretail.contracts.loyalty import CustomerRegistered
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.market import house_country, known_language


class IdentifierTaken(DomainError):
    """This phone, e-mail or card belongs to another customer."""

    kind = Kind.CONFLICT
    constraints = ("one_customer_per_verified_identifier",)


class NotAPhone(DomainError):
    """This is not a phone number."""


class NotAnEmail(DomainError):
    """This is not an e-mail address."""


class NotACard(DomainError):
    """This is not the number of one of our loyalty cards."""


class NameMissing(DomainError):
    """A customer needs a name."""


@transaction.atomic
def register_customer(
    *,
    first_name: str,
    channel: str,
    by: Actor,
    at: datetime,
    last_name: str = "",
    language: str = "",
    phone: str = "",
    email: str = "",
    card: str = "",
    birth_date: date | None = None,
    verified: bool = False,
) -> CustomerCard:
    """A person becomes a customer and gets a loyalty card.

    Phone and e-mail are claims until a code proves them, unless they come `verified`
    from a trusted list. A card belongs to whom it is given.

    Raises:
        NameMissing: there is no name at all.
        NotAPhone, NotAnEmail, NotACard: an identifier has not the form of one.
        IdentifierTaken: another customer proved to hold it.
    """
    del by
    if not (first_name.strip() or last_name.strip()):
        raise NameMissing(field="first_name")
    customer = open_customer(
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        language=language,
        birth_date=birth_date,
        channel=channel,
        at=at,
    )
    proven_at = at if verified else None
    if phone:
        attach(customer, Identifier.Kind.PHONE, phone, at=at, verified_at=proven_at)
    if email:
        attach(customer, Identifier.Kind.EMAIL, email, at=at, verified_at=proven_at)
    attach(customer, Identifier.Kind.CARD, card or new_card(), at=at, verified_at=at)
    return customer_card(customer.number)


@transaction.atomic
def add_identifier(
    *, customer_number: str, kind: str, value: str, by: Actor, at: datetime
) -> CustomerCard:
    """The customer is recognised by one more phone, e-mail or card.

    Raises:
        CustomerNotFound: no customer has this number.
        NotAPhone, NotAnEmail, NotACard: it has not the form of one.
        IdentifierTaken: another customer proved to hold it.
    """
    del by
    customer = lock_customer(customer_number)
    verified_at = at if kind == Identifier.Kind.CARD else None
    attach(customer, kind, value, at=at, verified_at=verified_at)
    return customer_card(customer_number)


@transaction.atomic
def change_customer(
    *,
    customer_number: str,
    by: Actor,
    at: datetime,
    first_name: str | None = None,
    last_name: str | None = None,
    language: str | None = None,
    birth_date: date | None = None,
) -> CustomerCard:
    """The customer's name, language or birth date is put right; None leaves as it is.

    Raises:
        CustomerNotFound: no customer has this number.
        NameMissing: no name would be left.
    """
    del by, at
    customer = lock_customer(customer_number)
    given = {
        "first_name": first_name,
        "last_name": last_name,
        "language": language,
        "birth_date": birth_date,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    for name, value in changes.items():
        setattr(customer, name, value)
    if not customer.full_name:
        raise NameMissing(field="first_name")
    customer.save(update_fields=list(changes))
    return customer_card(customer_number)


def open_customer(
    *,
    first_name: str,
    last_name: str,
    language: str,
    birth_date: date | None,
    channel: str,
    at: datetime,
) -> Customer:
    """The bare row of a new customer, and the fact that there is one."""
    customer = Customer.objects.create(
        number=new_number("C"),
        first_name=first_name,
        last_name=last_name,
        language=known_language(language),
        birth_date=birth_date,
        registered_at=at,
        registered_channel=channel,
    )
    outbox.publish(
        CustomerRegistered(customer_number=customer.number, channel=channel, occurred_at=at)
    )
    return customer


def lock_customer(number: str) -> Customer:
    """The customer's row, locked.

    Raises:
        CustomerNotFound: no customer has this number.
    """
    customer = Customer.objects.present().filter(number=number).locked().first()
    if customer is None:
        raise CustomerNotFound(customer=number)
    return customer


def normal_form(kind: str, value: str) -> str:
    """An identifier as it is stored and compared.

    Raises:
        NotAPhone, NotAnEmail, NotACard: it has not the form of one.
    """
    if kind == Identifier.Kind.PHONE:
        phone = identifiers.phone(value, house_country())
        if phone is None:
            raise NotAPhone(field="phone")
        return phone
    if kind == Identifier.Kind.EMAIL:
        email = identifiers.email(value)
        if email is None:
            raise NotAnEmail(field="email")
        return email
    card = identifiers.card(value)
    if card is None:
        raise NotACard(field="card")
    return card


def attach(
    customer: Customer,
    kind: str,
    value: str,
    *,
    at: datetime,
    verified_at: datetime | None,
) -> Identifier:
    """Give the customer an identifier; the first of its kind is the main one.

    Raises:
        NotAPhone, NotAnEmail, NotACard: it has not the form of one.
        IdentifierTaken: another customer proved to hold it.
    """
    normal = normal_form(kind, value)
    refuse_foreign(customer, kind, normal)
    found, made = Identifier.objects.get_or_create(
        customer=customer,
        kind=kind,
        value=normal,
        defaults={
            "is_primary": not customer.identifiers.filter(kind=kind).exists(),
            "added_at": at,
            "verified_at": verified_at,
        },
    )
    if not made and verified_at is not None and found.verified_at is None:
        found.verified_at = verified_at
        found.save(update_fields=["verified_at"])
    return found


def refuse_foreign(customer: Customer, kind: str, value: str) -> None:
    """Refuse an identifier that another customer proved to hold.

    Raises:
        IdentifierTaken: that is so.
    """
    proven = Identifier.objects.filter(
        kind=kind, value=value, verified_at__isnull=False
    ).exclude(customer=customer)
    if proven.exists():
        raise IdentifierTaken(field=kind.lower())


def new_card() -> str:
    """A loyalty card number nobody has yet."""
    while True:
        card = identifiers.card_of(secrets.randbelow(10**identifiers.CARD_DIGITS))
        if not Identifier.objects.filter(kind=Identifier.Kind.CARD, value=card).exists():
            return card
