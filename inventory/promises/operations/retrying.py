"""Holds that are asked for again: a second try never competes with the first."""

from collections.abc import Sequence
from datetime import datetime

from inventory.promises.models import Promise
from inventory.promises.operations.ending import live_rows
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits

Status = Promise.Status


class PaymentUnderWay(DomainError):
    """A payment is under way. Wait until it has ended."""

    kind = Kind.CONFLICT


class TooManyHolds(DomainError):
    """So many reservations at once are not possible. Give one back first."""

    kind = Kind.CONFLICT


def earlier_holds(owner: str, reference: str, *, at: datetime) -> list[Promise]:
    """The holds of this reference that a new one replaces, locked; nobody else holds for
    this owner meanwhile.

    Raises:
        PaymentUnderWay: they are being paid for.
        TooManyHolds: the owner has as many reservations as one may have at once.
    """
    Promise.objects.one_at_a_time([owner])
    held = Promise.objects.references_held(owner, or_under=reference, at=at)
    rows = live_rows(reference) if reference in held else []
    earlier = [row for row in rows if row.status == Status.HELD]
    if any(row.payment_in_flight for row in earlier):
        raise PaymentUnderWay(reference=reference)
    if len(held - {reference}) >= limits().holds_per_owner:
        raise TooManyHolds(owner=owner, most=limits().holds_per_owner)
    return earlier


def kept_until(
    earlier: Sequence[Promise], ends_at: datetime, at: datetime
) -> tuple[datetime, datetime | None]:
    """The end of holds that replace others, and when they were extended: later once, then
    as it stands."""
    live = [row for row in earlier if row.ends_at and row.ends_at > at]
    if not live:
        return ends_at, None
    extended = [row.extended_at for row in live if row.extended_at]
    if not extended:
        return ends_at, at
    return live[0].ends_at or ends_at, extended[0]
