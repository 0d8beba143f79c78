"""What keeps holds alive: an extension, a payment; and what makes them firm."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from inventory.promises.models import Promise
from inventory.promises.operations.ending import keys_of, live_rows
from inventory.promises.queries import PromiseSlip, slip_of
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind

Status = Promise.Status


class HoldEnded(DomainError):
    """The time for this reservation is over."""

    kind = Kind.CONFLICT


class ExtendedBefore(DomainError):
    """This reservation has been extended once already."""

    kind = Kind.CONFLICT


@transaction.atomic
def extend_holds(
    *, reference: str, ends_at: datetime, by: Actor, at: datetime
) -> list[PromiseSlip]:
    """Keep what is held for a while longer: once, and never shorter than before.

    Raises:
        HoldEnded: nothing is held any more, or its time is over.
        ExtendedBefore: it was extended before.
    """
    del by  # the door's audit entry says who
    rows = _held(reference)
    if any(row.extended_at is not None for row in rows):
        raise ExtendedBefore(reference=reference)
    for row in rows:
        if row.ends_at is None or row.ends_at <= at:
            raise HoldEnded(reference=reference)
        row.ends_at = max(row.ends_at, ends_at)
        row.extended_at = at
    Promise.objects.bulk_update(rows, ["ends_at", "extended_at"])
    return _slips(rows)


@transaction.atomic
def start_payment(*, reference: str, by: Actor, at: datetime) -> None:
    """Let the holds wait for a payment, however long the bank takes.

    Raises:
        HoldEnded: nothing is held any more.
    """
    del by, at  # the door's audit entry says who and when
    rows = _held(reference)
    Promise.objects.filter(pk__in=[row.pk for row in rows]).update(payment_in_flight=True)


@transaction.atomic
def end_payment(*, reference: str, by: Actor, at: datetime) -> None:
    """The payment came to nothing: the holds end when they would have ended."""
    del by, at
    rows = [row.pk for row in live_rows(reference) if row.payment_in_flight]
    Promise.objects.filter(pk__in=rows).update(payment_in_flight=False)


@transaction.atomic
def confirm_holds(*, reference: str, by: Actor, at: datetime) -> list[PromiseSlip]:
    """Make the holds firm: they belong to an order now and do not expire.

    Raises:
        HoldEnded: nothing is held any more.
    """
    del by  # the door's audit entry says who
    rows = _held(reference)
    for row in rows:
        row.become(Status.ALLOCATED)
        row.allocated_at = at
        row.ends_at = None
        row.payment_in_flight = False
    Promise.objects.bulk_update(
        rows, ["status", "allocated_at", "ends_at", "payment_in_flight"]
    )
    return _slips(rows)


def _slips(rows: Sequence[Promise]) -> list[PromiseSlip]:
    keys = keys_of(rows)
    of_kits = [row.pk for row in rows if row.kit_id]
    kit_codes: dict[int, str] = {}
    if of_kits:
        found = Promise.objects.filter(pk__in=of_kits)
        kit_codes = dict(found.values_list("pk", "kit__code"))
    told = []
    for row in rows:
        key = keys[row.store_id, row.sku_id]
        code = kit_codes.get(row.pk, "")
        told.append(slip_of(row, key.store_code, key.sku_code, kit_code=code))
    return told


def _held(reference: str) -> list[Promise]:
    rows = [row for row in live_rows(reference) if row.status == Status.HELD]
    if not rows:
        raise HoldEnded(reference=reference)
    return rows
