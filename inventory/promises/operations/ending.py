"""How promises end: released, consumed, written off or expired."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from inventory.promises.models import Promise
from inventory.stock.models import Bucket, Shift, StockLevel
from inventory.stock.operations import Move, MovementKind, move_stock
from inventory.stock.queries import LevelKey, level_keys_of
from omniretail.kernel.actors import SYSTEM, Actor
from omniretail.kernel.errors import DomainError, Kind

Status = Promise.Status
SOLD_MEANWHILE = "SOLD_MEANWHILE"


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
    rows = live_rows(reference, lines)
    end_rows(rows, Status.RELEASED, at=at, by=by)
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
    rows = list(Promise.objects.overdue(at).locked()[:limit])
    end_rows(rows, Status.EXPIRED, at=at)
    return sorted({row.reference for row in rows})


def live_rows(reference: str, lines: Collection[str] | None = None) -> list[Promise]:
    """The live promises of a reference, locked where they stand now.

    Nothing is joined: a promise that was moved while we waited for it would be missing.
    """
    rows = Promise.objects.live().filter(reference=reference)
    if lines is not None:
        rows = rows.filter(line__in=lines)
    return list(rows.locked())


@transaction.atomic
def pick_promises(
    *, reference: str, lines: Collection[str], by: Actor, at: datetime
) -> None:
    """Somebody collects the units from the shelf: from now on they stay where they are."""
    del by  # the door's audit entry says who
    live = Promise.objects.live().filter(reference=reference, line__in=lines)
    live.filter(status=Status.ALLOCATED, picked_at=None).update(picked_at=at)


def keys_of(rows: Iterable[Promise]) -> dict[tuple[int, int], LevelKey]:
    """The levels that these promises stand on, by the keys of place and SKU."""
    return level_keys_of((row.store_id, row.sku_id) for row in rows)


def end_rows(
    rows: Sequence[Promise], status: Promise.Status, *, at: datetime, by: Actor = SYSTEM
) -> None:
    """Let locked promises end and their levels reserve that much less. Units that a till
    sold meanwhile are not there to be promised again: they are written off."""
    if not rows:
        return
    _close(rows, status, at)
    units: Counter[tuple[int, int]] = Counter()
    for row in rows:
        units[row.store_id, row.sku_id] += row.quantity - row.uncovered
    keys = keys_of(rows)
    shifts = [Shift(keys[pair].id, reserved=-number) for pair, number in units.items()]
    StockLevel.objects.shift(shifts, at=at)
    for row in rows:
        if row.uncovered:
            _write_off_lacking(row, keys[row.store_id, row.sku_id], by, at)


def _write_off_lacking(row: Promise, key: LevelKey, by: Actor, at: datetime) -> None:
    units = row.uncovered
    gone = Move(
        key,
        units,
        Bucket.ON_HAND,
        Bucket.SHRINKAGE,
        line=f"{row.line}#{row.pk}",
        promised=units,
    )
    move_stock(
        moves=[gone],
        kind=MovementKind.ADJUSTMENT,
        reference=row.reference,
        reason=SOLD_MEANWHILE,
        by=by,
        at=at,
    )


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
    rest = _split_off_the_rest(rows, lines, is_missing=exit_ is _MISSING)
    _close(list(rows.values()), exit_.status, at)
    _forget_lacking(rows.values())
    Promise.objects.bulk_create(rest)
    keys = keys_of(rows.values())
    move_stock(
        moves=[
            Move(
                keys[row.store_id, row.sku_id],
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


def _forget_lacking(rows: Iterable[Promise]) -> None:
    """What left was there, or is written off as missing: nothing of it is lacking."""
    lacking = [row.pk for row in rows if row.uncovered]
    if lacking:
        Promise.objects.filter(pk__in=lacking).update(uncovered=0)


def _split_off_the_rest(
    rows: Mapping[str, Promise], lines: Mapping[str, int], *, is_missing: bool
) -> list[Promise]:
    """Shrink the rows to what leaves; the rest goes on as promises of its own. Units that
    are missing are the ones the rest lacked."""
    rest = []
    for line, row in rows.items():
        if row.quantity == lines[line]:
            continue
        left = row.quantity - lines[line]
        lacking = max(0, row.uncovered - lines[line]) if is_missing else row.uncovered
        rest.append(
            Promise(
                store_id=row.store_id,
                sku_id=row.sku_id,
                quantity=left,
                status=row.status,
                owner=row.owner,
                reference=row.reference,
                line=row.line,
                ends_at=row.ends_at,
                payment_in_flight=row.payment_in_flight,
                is_provisional=row.is_provisional,
                ranking=row.ranking,
                uncovered=min(left, lacking),
                picked_at=row.picked_at,
                created_at=row.created_at,
                allocated_at=row.allocated_at,
                channel=row.channel,
                from_safety_stock=row.from_safety_stock,
                rest_of=row,
            )
        )
        Promise.objects.filter(pk=row.pk).update(quantity=lines[line], uncovered=0)
    return rest
