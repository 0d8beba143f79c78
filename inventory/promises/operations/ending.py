"""How promises end: released or expired, and what every end has in common."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from inventory.promises.models import Promise
from inventory.stock.models import SOLD_MEANWHILE, Bucket, Shift, StockLevel
from inventory.stock.operations import Move, MovementKind, move_stock
from inventory.stock.queries import LevelKey, level_keys_of
from omniretail.kernel.actors import SYSTEM, Actor

Status = Promise.Status


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
    close_rows(rows, status, at)
    units: Counter[tuple[int, int]] = Counter()
    for row in rows:
        units[row.store_id, row.sku_id] += row.quantity - row.uncovered
    keys = keys_of(rows)
    shifts = [Shift(keys[pair].id, reserved=-number) for pair, number in units.items()]
    StockLevel.objects.shift(shifts, at=at)
    for row in rows:
        if row.uncovered:
            key, lacking = keys[row.store_id, row.sku_id], row.uncovered
            _write_off_lacking(row, key, lacking, by, at, promised=lacking)


def write_off_replaced(rows: Sequence[Promise], by: Actor, at: datetime) -> None:
    """Units left for promises that lacked them. As far as others lay free beside them it
    was those that left, and what a till had sold is not there: it would be free for the
    next one. What was not free was found after all."""
    for row in rows:
        key = keys_of([row])[row.store_id, row.sku_id]
        level = StockLevel.objects.get(pk=key.id)
        if units := min(row.uncovered, level.on_hand - level.reserved):
            _write_off_lacking(row, key, units, by, at)


def _write_off_lacking(
    row: Promise, key: LevelKey, units: int, by: Actor, at: datetime, *, promised: int = 0
) -> None:
    gone = Move(
        key,
        units,
        Bucket.ON_HAND,
        Bucket.SHRINKAGE,
        line=f"{row.line}#{row.pk}",
        promised=promised,
    )
    move_stock(
        moves=[gone],
        kind=MovementKind.ADJUSTMENT,
        reference=row.reference,
        reason=SOLD_MEANWHILE,
        by=by,
        at=at,
    )


def close_rows(rows: Sequence[Promise], status: Promise.Status, at: datetime) -> None:
    """Let rows end; their levels are seen to by whoever asks."""
    for row in rows:
        row.become(status)
    Promise.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=status, ended_at=at, payment_in_flight=False
    )
