"""How units leave a level together with their promise: consumed, or written off."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from inventory.promises.models import Promise
from inventory.promises.operations.ending import (
    close_rows,
    end_rows,
    keys_of,
    live_rows,
    write_off_replaced,
)
from inventory.stock.models import Bucket
from inventory.stock.operations import Move, MovementKind, move_stock
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind

Status = Promise.Status
LotsByLine = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Units by line, SKU and lot."""


class PromiseNotFound(DomainError):
    """Nothing is kept for this line any more."""

    kind = Kind.CONFLICT


class MoreThanPromised(DomainError):
    """Fewer units are kept for this line."""

    kind = Kind.CONFLICT


class PartNotNamed(DomainError):
    """Say which part of the kit is missing."""


SerialsOfLines = Mapping[tuple[str, str], Sequence[str]]
"""The serial numbers of units that leave, by line and SKU."""
NO_SERIALS: SerialsOfLines = {}


@dataclass(frozen=True)
class _Exit:
    """How units leave a level together with their promise."""

    status: Promise.Status
    target: Bucket
    kind: MovementKind
    serials: SerialsOfLines = field(default_factory=dict)
    lots: LotsByLine = field(default_factory=dict)


_MISSING = _Exit(Status.RELEASED, Bucket.SHRINKAGE, MovementKind.SHORT_PICK)


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
    serials: SerialsOfLines = NO_SERIALS,
    lots: LotsByLine | None = None,
) -> None:
    """The goods leave out of what was kept for them: with the customer or the carrier,
    or wherever else the promise was made for. `serials` names the units that were
    scanned, by line and SKU; `lots` says likewise which lots were put into the bag.

    Raises:
        PromiseNotFound: nothing is kept for one of the lines.
        MoreThanPromised: fewer units are kept than leave.
        SerialElsewhere: a scanned unit is not on hand there.
    """
    exit_ = _Exit(Status.CONSUMED, target, kind, serials, lots or {})
    rows = live_rows(reference, list(lines))
    _take_out(rows, lines, exit_, reference, by, at, reason)


@transaction.atomic
def write_off_short(
    *,
    reference: str,
    line: str,
    quantity: int,
    by: Actor,
    at: datetime,
    reason: str = "",
    part: str = "",
) -> None:
    """A picker did not find the units: the promise shrinks and so does the level, so
    that nobody is promised the same ghost again.

    Of a kit, so many units of one `part` were not found: the kits they were for will not
    be, and the other parts of those kits are free again.

    Raises:
        PromiseNotFound: nothing is kept for the line.
        MoreThanPromised: fewer units are kept than are missing.
        PartNotNamed: it is a kit, and which part is missing is not said.
    """
    rows = live_rows(reference, [line])
    if not any(row.kit_id for row in rows):
        _take_out(rows, {line: quantity}, _MISSING, reference, by, at, reason)
        return
    short = next((row for row in rows if row.sku.code == part), None)
    if short is None:
        raise PartNotNamed(field="part", parts=sorted(row.sku.code for row in rows))
    kits_short = -(-quantity // short.per_kit)
    _check([short], line, kits_short)
    rest = _split_off_the_rest(rows, {line: kits_short}, is_missing=True)
    end_rows([row for row in rows if row is not short], Status.RELEASED, at=at, by=by)
    gone = max(quantity, short.uncovered)
    close_rows([short], Status.RELEASED, at)
    _forget_lacking([short])
    Promise.objects.bulk_create(rest)
    _leave({short: gone}, _MISSING, reference, by, at, reason)


def _take_out(
    rows: Sequence[Promise],
    lines: Mapping[str, int],
    exit_: _Exit,
    reference: str,
    by: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Let units leave the level together with the promise that kept them."""
    for line, quantity in lines.items():
        _check([row for row in rows if row.line == line], line, quantity)
    rest = _split_off_the_rest(rows, lines, is_missing=exit_ is _MISSING)
    lacking = [] if exit_ is _MISSING else [row for row in rows if row.uncovered]
    close_rows(rows, exit_.status, at)
    _forget_lacking(rows)
    Promise.objects.bulk_create(rest)
    _leave({row: row.quantity for row in rows}, exit_, reference, by, at, reason)
    write_off_replaced(lacking, by, at)


def _leave(
    units: Mapping[Promise, int],
    exit_: _Exit,
    reference: str,
    by: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Write down that units left out of ended promises; what did not leave is free."""
    keys = keys_of(units)
    move_stock(
        moves=[
            Move(
                key,
                left,
                Bucket.ON_HAND,
                exit_.target,
                line=f"{row.line}#{row.pk}",
                promised=row.quantity,
                serials=tuple(exit_.serials.get((row.line, key.sku_code), ())),
                lots=exit_.lots.get(row.line, {}).get(key.sku_code),
            )
            for row, left in units.items()
            for key in [keys[row.store_id, row.sku_id]]
        ],
        kind=exit_.kind,
        reference=reference,
        reason=reason,
        by=by,
        at=at,
    )


def _check(rows: Sequence[Promise], line: str, quantity: int) -> None:
    """Refuse more than a line keeps; of a kit, each part is kept for as many."""
    if not rows:
        raise PromiseNotFound(line=line)
    for row in rows:
        if not 1 <= quantity <= row.wanted:
            raise MoreThanPromised(
                line=line, sku=row.sku.code, wanted=quantity, available=row.wanted
            )


def _forget_lacking(rows: Iterable[Promise]) -> None:
    """What left was there, or is written off as missing: nothing of it is lacking."""
    lacking = [row.pk for row in rows if row.uncovered]
    if lacking:
        Promise.objects.filter(pk__in=lacking).update(uncovered=0)


def _split_off_the_rest(
    rows: Sequence[Promise], lines: Mapping[str, int], *, is_missing: bool
) -> list[Promise]:
    """Shrink the rows to what leaves; the rest goes on as promises of its own. Units that
    are missing are the ones the rest lacked."""
    rest = []
    for row in rows:
        leaving = lines[row.line] * row.per_kit
        if row.quantity == leaving:
            continue
        left = row.quantity - leaving
        lacking = max(0, row.uncovered - leaving) if is_missing else row.uncovered
        lacks = min(left, lacking)
        rest.append(row.like(quantity=left, uncovered=lacks, spare=None, rest_of_id=row.pk))
        row.uncovered = min(row.uncovered, leaving) if is_missing else row.uncovered - lacks
        row.quantity = leaving
        Promise.objects.filter(pk=row.pk).update(quantity=leaving, uncovered=row.uncovered)
    return rest
