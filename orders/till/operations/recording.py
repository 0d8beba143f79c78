"""A batch of till sales: each lands once, or says why not, and none holds up the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction

from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind, constraint_name, from_integrity
from orders.ordering.models import Order
from orders.till.models import PosSale
from orders.till.operations.selling import sell_at_till
from orders.till.receipts import Sale
from stores.network.places import StorePlace
from stores.network.queries import DeviceCard, find_device, get_store

ONCE = "pos_sale_once_per_sequence"


class TillNotFound(DomainError):
    """There is no such till."""

    kind = Kind.MISSING


class SequenceReused(DomainError):
    """This sequence number belongs to another sale of this till."""

    kind = Kind.CONFLICT


class ReceiptReused(DomainError):
    """This receipt number belongs to another sale of this till."""

    kind = Kind.CONFLICT
    constraints = ("pos_sale_once_per_receipt",)


class Outcome(StrEnum):
    """What became of one sale of a batch."""

    LANDED = "LANDED"
    REPEATED = "REPEATED"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class SaleAnswer:
    """What became of one sale, and under which order it is kept."""

    sequence: int
    outcome: Outcome
    order_number: str | None = None
    problem: dict[str, Any] | None = None


@dataclass(frozen=True)
class Till:
    """The till that reports, where it stands, and how far its clock is off."""

    device: DeviceCard
    place: StorePlace
    clock_ahead: timedelta


def record_sales(
    *,
    device_code: str,
    sales: Sequence[Sale],
    by: Actor,
    at: datetime,
    clock_ahead: timedelta = timedelta(),
) -> list[SaleAnswer]:
    """Write down what a till sold, in the order of its sequence. Where its clock runs
    ahead of ours, or behind it, a sale was made at the moment of our clock; what is
    printed on the receipt is kept beside.

    Each sale is its own transaction. The same sequence number with the same content is
    answered with what it became before; a refused sale may be sent again.

    Raises:
        TillNotFound: no till of this code is paired.
    """
    device = find_device(device_code)
    if device is None or device.kind != "TILL" or not device.is_paired:
        raise TillNotFound(device=device_code)
    till = Till(device, get_store(device.store_code), clock_ahead)
    return [
        _record(till, sale, by, at)
        for sale in sorted(sales, key=lambda sale: sale.sequence)
    ]


def _record(till: Till, sale: Sale, by: Actor, at: datetime) -> SaleAnswer:
    known = _known(till, sale)
    if known is not None and known.order is not None:
        return _again(known, sale)
    try:
        with transaction.atomic():
            made = replace(sale, sold_at=sale.sold_at - till.clock_ahead)
            order = sell_at_till(till.place, made, by=by, at=at)
            _keep(till, sale, at, order=order)
    except DomainError as error:
        return _refuse(till, sale, error, at)
    except IntegrityError as error:
        return _lose_race(till, sale, error, at)
    return SaleAnswer(sale.sequence, Outcome.LANDED, order.number)


def _known(till: Till, sale: Sale) -> PosSale | None:
    told = PosSale.objects.filter(device_id=till.device.id, sequence=sale.sequence)
    return told.select_related("order").first()


def _again(known: PosSale, sale: Sale) -> SaleAnswer:
    if known.payload_hash != sale.content or known.order is None:
        return SaleAnswer(
            sale.sequence, Outcome.REFUSED, problem=SequenceReused().summary()
        )
    return SaleAnswer(sale.sequence, Outcome.REPEATED, known.order.number)


def _keep(
    till: Till,
    sale: Sale,
    at: datetime,
    *,
    order: Order | None = None,
    problem: dict[str, Any] | None = None,
) -> None:
    """Remember the sale; one that was refused before takes its own place again."""
    content = {
        "receipt_number": sale.receipt_number,
        "sold_at": sale.sold_at,
        "received_at": at,
        "payload_hash": sale.content,
        "order": order,
        "problem": problem,
    }
    place = {"device_id": till.device.id, "sequence": sale.sequence}
    refused = PosSale.objects.filter(**place, order__isnull=True)
    if not refused.update(**content):
        PosSale.objects.create(**place, **content)


def _refuse(till: Till, sale: Sale, error: DomainError, at: datetime) -> SaleAnswer:
    problem = error.summary()
    try:
        with transaction.atomic():
            _keep(till, sale, at, problem=problem)
    except IntegrityError as race:
        return _lose_race(till, sale, race, at)
    return SaleAnswer(sale.sequence, Outcome.REFUSED, problem=problem)


def _lose_race(till: Till, sale: Sale, error: IntegrityError, at: datetime) -> SaleAnswer:
    """The same sale was told at the same moment, or a law of the database refuses it."""
    known = _known(till, sale)
    if constraint_name(error) == ONCE and known is not None and known.order is not None:
        return _again(known, sale)
    refusal = from_integrity(error)
    if refusal is None:
        raise error
    return _refuse(till, sale, refusal, at)
