"""Customers ask to be told when goods are here, and think better of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from inventory.catalogue.models import Sku
from inventory.catalogue.queries import SkuNotFound
from inventory.replenishment import contacts
from inventory.replenishment.models import StockWait
from inventory.replenishment.models.waits import WaitStatus
from inventory.replenishment.queries.waits import WaitNotFound, can_be_had
from inventory.stock.demand import is_quantity
from inventory.stock.operations import QuantityOutOfRange
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.market import house_country, known_language
from stores.network.queries import get_store

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('wait:' || %s, 0))"


class NobodyToTell(DomainError):
    """Say whom to tell: a phone number or an e-mail address."""


class NotAContact(DomainError):
    """This is no phone number and no e-mail address that could be reached."""


class OffSale(DomainError):
    """This article is off sale."""

    kind = Kind.CONFLICT


class AlreadyHere(DomainError):
    """It is here now; there is nothing to wait for."""

    kind = Kind.CONFLICT


class AlreadyWaiting(DomainError):
    """This contact waits for this already."""

    kind = Kind.CONFLICT
    constraints = (
        "one_wait_per_customer_number_sku_and_place",
        "one_wait_per_phone_sku_and_place",
        "one_wait_per_email_sku_and_place",
    )


class TooManyWaits(DomainError):
    """This contact waits for as many things as one may."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Contact:
    """Whom to tell: a customer, or a guest by phone or e-mail."""

    customer_number: str = ""
    phone: str = ""
    email: str = ""
    name: str = ""
    language: str = ""


@transaction.atomic
def register_wait(
    *,
    sku_code: str,
    contact: Contact,
    channel: str,
    by: Actor,
    at: datetime,
    store_code: str | None = None,
    quantity: int = 1,
) -> str:
    """Tell this contact when so many units are at the place, or anywhere; answers the
    number of the wait.

    Raises:
        SkuNotFound, StoreNotFound, QuantityOutOfRange.
        NobodyToTell, NotAContact: nobody could be reached.
        OffSale: nobody can buy it, however much there is.
        AlreadyHere: the channel may sell that many now.
        AlreadyWaiting, TooManyWaits.
    """
    if not is_quantity(quantity) or quantity > limits().line_quantity:
        raise QuantityOutOfRange(field="quantity")
    sku = Sku.objects.filter(code=sku_code).first()
    if sku is None:
        raise SkuNotFound(field="sku", sku=sku_code)
    if not sku.is_active:
        raise OffSale(field="sku", sku=sku_code)
    place = get_store(store_code) if store_code else None
    whom = _reachable(contact)
    if can_be_had(sku_code, store_code, quantity, channel=channel, at=at):
        raise AlreadyHere(sku=sku_code, store=store_code)
    _take_turn(whom)
    waits = StockWait.objects.of_contact(whom.customer_number, whom.phone, whom.email)
    if waits.filter(sku=sku, store=place.id if place else None).exists():
        raise AlreadyWaiting(sku=sku_code)
    if waits.count() >= limits().waits_per_contact:
        raise TooManyWaits(most=limits().waits_per_contact)
    wait = StockWait.objects.create(
        number=new_number("W"),
        sku=sku,
        store_id=place.id if place else None,
        quantity=quantity,
        channel=channel,
        registered_by=by.key,
        customer_number=whom.customer_number,
        phone=whom.phone,
        email=whom.email,
        name=whom.name,
        language=whom.language,
        created_at=at,
        ends_at=at + limits().wait_life,
    )
    return wait.number


@transaction.atomic
def cancel_wait(*, number: str, by: Actor, at: datetime) -> None:
    """The customer does not wait any more.

    Raises:
        WaitNotFound: no such wait.
        IllegalTransition: it was told, cancelled or over before.
    """
    del by  # the door's audit entry says who
    wait = StockWait.objects.filter(number=number).locked().first()
    if wait is None:
        raise WaitNotFound(number=number)
    _end(wait, StockWait.Status.CANCELLED, at)


@transaction.atomic
def expire_waits(*, at: datetime, limit: int) -> int:
    """Forget those who waited too long; answers how many."""
    overdue = StockWait.objects.waiting().filter(ends_at__lte=at).order_by("ends_at")
    keys = list(overdue.values_list("pk", flat=True)[:limit])
    waits = list(StockWait.objects.waiting().filter(pk__in=keys).locked())
    for wait in waits:
        _end(wait, StockWait.Status.EXPIRED, at)
    return len(waits)


def _end(wait: StockWait, status: WaitStatus, at: datetime) -> None:
    wait.become(status)
    wait.ended_at = at
    wait.phone = wait.email = wait.name = ""
    wait.save()


def _reachable(contact: Contact) -> Contact:
    """The contact in its normal form."""
    phone = email = ""
    if contact.phone:
        phone = contacts.phone(contact.phone, house_country()) or ""
        if not phone:
            raise NotAContact(field="phone")
    if contact.email:
        email = contacts.email(contact.email) or ""
        if not email:
            raise NotAContact(field="email")
    if not (contact.customer_number or phone or email):
        raise NobodyToTell(field="phone")
    return Contact(
        contact.customer_number,
        phone,
        email,
        contact.name[:120],
        known_language(contact.language),
    )


def _take_turn(whom: Contact) -> None:
    """Two requests of one contact are counted one after the other."""
    names = sorted(filter(None, (whom.customer_number, whom.phone, whom.email)))
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(_ONE_AT_A_TIME, [name])
