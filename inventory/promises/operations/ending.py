"""How promises end: released, consumed, written off or expired."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from inventory.promises.models import Promise
from inventory.stock.models import Bucket, Shift, StockLevel
from inventory.stock.operations import Move, MovementKind, move_stock
from inventory.stock.queries import level_keys
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind

Status = Promise.Status


class PromiseNotFound(DomainError):
    """Nothing is kept for this line any more."""

    kind = Kind.CONFLICT


class MoreThanPromised(DomainError):
    """Fewer units are kept for this line."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class _Exit:
    """How units leave a level together with their promise."""

    status: Promise.Status
    target: Bucket
    kind: MovementKind


_MISSING = _Exit(Status.RELEASED, Bucket.SHRINKAGE, MovementKind.SHORT_PICK)


@transaction.atomic
def release_promises(
    *,
    reference: str,
    by: Actor,
    at: datetime,
    lines: Collection[str] | None = None,
) -> int:
    """Give back what is kept; answers how many units. Nothing kept is no error."""
    del by  # the door's audit entry says who
    rows = live_rows(reference, lines)
    end_rows(rows, Status.RELEASED, at=at)
    return sum(row.quantity for row in rows)


@transaction.atomic
def consume_promises(
    *,
    reference: str,
    lines: Mapping[str, int],
    by: Actor,
    at: datetime,
    target: Bucket = Bucket.CUSTOMER,
    kind: MovementKind = MovementKind.SALE,
    reason: str = "",
) -> None:
    """The goods leave out of what was kept for them: with the customer or the carrier,
    or wherever else the promise was made for.

    Raises:
        PromiseNotFound: nothing is kept for one of the lines.
        MoreThanPromised: fewer units are kept than leave.
    """
    exit_ = _Exit(Status.CONSUMED, target, kind)
    _take_out(reference, lines, exit_, by, at, reason=reason)


@transaction.atomic
def write_off_short(
    *, reference: str, line: str, quantity: int, by: Actor, at: datetime, reason: str = ""
) -> None:
    """A picker did not find the units: the promise shrinks and so does the level, so
    that nobody is promised the same ghost again.

    Raises:
        PromiseNotFound: nothing is kept for the line.
        MoreThanPromised: fewer units are kept than are missing.
    """
    _take_out(reference, {line: quantity}, _MISSING, by, at, reason=reason)


@transaction.atomic
def expire_holds(*, at: datetime, limit: int = 500) -> list[str]:
    """End the holds whose time is over; answers the references that lost some.

    A hold whose payment is under way waits for the payment's end.
    """
    overdue = Promise.objects.overdue(at).select_related("store", "sku")
    rows = list(overdue.locked()[:limit])
    end_rows(rows, Status.EXPIRED, at=at)
    return sorted({row.reference for row in rows})


def live_rows(reference: str, lines: Collection[str] | None = None) -> list[Promise]:
    """The live promises of a reference, locked, with their place and SKU."""
    rows = Promise.objects.live().filter(reference=reference)
    if lines is not None:
        rows = rows.filter(line__in=lines)
    return list(rows.select_related("store", "sku").locked())


def end_rows(rows: Sequence[Promise], status: Promise.Status, *, at: datetime) -> None:
    """Let locked promises end and their levels reserve that much less."""
    if not rows:
        return
    _close(rows, status, at)
    units: Counter[tuple[str, str]] = Counter()
    for row in rows:
        units[row.store.code, row.sku.code] += row.quantity
    keys = level_keys(units)
    shifts = [Shift(keys[pair].id, reserved=-number) for pair, number in units.items()]
    StockLevel.objects.shift(shifts, at=at)


def _close(rows: Sequence[Promise], status: Promise.Status, at: datetime) -> None:
    for row in rows:
        row.become(status)
    Promise.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=status, ended_at=at, payment_in_flight=False
    )


def _take_out(
    reference: str,
    lines: Mapping[str, int],
    exit_: _Exit,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """Let units leave the level together with the promise that kept them."""
    rows = {row.line: row for row in live_rows(reference, list(lines))}
    for line, quantity in lines.items():
        _check(rows.get(line), line, quantity)
    rest = _split_off_the_rest(rows, lines)
    _close(list(rows.values()), exit_.status, at)
    Promise.objects.bulk_create(rest)
    keys = level_keys((row.store.code, row.sku.code) for row in rows.values())
    move_stock(
        moves=[
            Move(
                keys[row.store.code, row.sku.code],
                lines[row.line],
                Bucket.ON_HAND,
                exit_.target,
                line=f"{row.line}#{row.pk}",
                promised=lines[row.line],
            )
            for row in rows.values()
        ],
        kind=exit_.kind,
        reference=reference,
        reason=reason,
        by=by,
        at=at,
    )


def _check(row: Promise | None, line: str, quantity: int) -> None:
    if row is None:
        raise PromiseNotFound(line=line)
    if not 1 <= quantity <= row.quantity:
        raise MoreThanPromised(
            line=line, sku=row.sku.code, wanted=quantity, available=row.quantity
        )


def _split_off_the_rest(
    rows: Mapping[str, Promise], lines: Mapping[str, int]
) -> list[Promise]:
    """Shrink the rows to what leaves; the rest goes on as promises of its own."""
    rest = []
    for line, row in rows.items():
        if row.quantity == lines[line]:
            continue
        rest.append(
            Promise(
                store_id=row.store_id,
                sku_id=row.sku_id,
                quantity=row.quantity - lines[line],
                status=row.status,
                owner=row.owner,
                reference=row.reference,
                line=row.line,
                ends_at=row.ends_at,
                payment_in_flight=row.payment_in_flight,
                created_at=row.created_at,
                allocated_at=row.allocated_at,
                channel=row.channel,
                from_safety_stock=row.from_safety_stock,
                rest_of=row,
            )
        )
        Promise.objects.filter(pk=row.pk).update(quantity=lines[line])
    return rest
