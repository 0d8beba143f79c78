"""Units change place within the shop: on show, set aside, broken, back on the shelf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from inventory.stock.demand import Pair, is_quantity, summed
from inventory.stock.models import SHELVES, Bucket, StockLevel, StockMovement
from inventory.stock.operations.looks import (
    put_back_seen,
    seen_since,
    take_out_seen,
)
from inventory.stock.operations.moving import (
    AlreadyRecorded,
    Move,
    MovementKind,
    QuantityOutOfRange,
    move_stock,
    opened_levels,
)
from inventory.stock.operations.scanned import Scanned, checked_serials
from inventory.stock.queries import LevelKey, LevelView, levels
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from stores.people.queries import require
from stores.people.roles import STOCK_ADJUST, STOCK_MOVE


class MoveReason(models.TextChoices):
    """Why units change place."""

    BROKEN = "BROKEN", _("Broken or cracked")
    SOILED = "SOILED", _("Soiled or opened")
    SUSPECT = "SUSPECT", _("Suspected fault")
    INCOMPLETE = "INCOMPLETE", _("Parts are missing")
    RECALL = "RECALL", _("Recalled by the maker")
    ON_SHOW = "ON_SHOW", _("Put on show")
    ASKED_FOR = "ASKED_FOR", _("A customer asked for it")
    BACK = "BACK", _("Back to the shelf")
    CHECKED = "CHECKED", _("Checked and good")
    REPAIRED = "REPAIRED", _("Repaired or cleaned")
    SCRAPPED = "SCRAPPED", _("Thrown away")
    MISPLACED = "MISPLACED", _("Was in the wrong place")


_R = MoveReason
WAYS: Mapping[str, tuple[MoveReason, ...]] = {
    Bucket.ON_HAND: (_R.BACK, _R.CHECKED, _R.REPAIRED, _R.MISPLACED),
    Bucket.DISPLAY: (_R.ON_SHOW, _R.MISPLACED),
    Bucket.QUARANTINE: (_R.SUSPECT, _R.INCOMPLETE, _R.RECALL, _R.MISPLACED),
    Bucket.DAMAGED: (_R.BROKEN, _R.SOILED, _R.INCOMPLETE, _R.MISPLACED),
    Bucket.CUSTOMER_HOLD: (_R.ASKED_FOR, _R.MISPLACED),
    Bucket.SHRINKAGE: (_R.SCRAPPED, _R.RECALL),
}
"""Where units may be moved to, each with the reasons there are; the usual one first."""
USUAL = {bucket: reasons[0] for bucket, reasons in WAYS.items()}
_WRITTEN_OFF_FROM = frozenset({Bucket.DISPLAY, Bucket.QUARANTINE, Bucket.DAMAGED})


class WrongWay(DomainError):
    """Units cannot be moved from there to there."""


class WrongReason(DomainError):
    """This is no reason for such a move."""


class ObservedTooFarOff(DomainError):
    """This moment lies ahead, or too far back."""


@dataclass(frozen=True)
class Placement:
    """So many units of a SKU are to go from one bucket of the place to another; of a
    serialised one, those with these numbers."""

    sku_code: str
    quantity: int
    source: str
    target: str
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moved:
    """The levels after a move, and the keys of the movements that wrote it down."""

    levels: list[LevelView]
    movements: list[int]


@transaction.atomic
def move_units(
    *,
    store_code: str,
    lines: Sequence[Placement],
    reason: str,
    by: Actor,
    at: datetime,
    reference: str | None = None,
    observed_at: datetime | None = None,
) -> Moved:
    """Move units between the buckets of one place; all lines or none.

    What is promised stays on hand. Goods that are no more (`SHRINKAGE`) are written off
    from where they were set aside, by somebody who may correct levels. The same call with
    the same reference changes nothing more; `observed_at` says when it was done, if a
    device tells it later; a shelf that somebody has looked at since stays as it was seen.

    Raises:
        WrongWay, WrongReason, QuantityOutOfRange: `field` names the line at fault.
        ObservedTooFarOff: the moment lies ahead or over a month back.
        NotEnoughStock: fewer lie there, or the rest is promised.
        AlreadyRecorded: something else was moved under this reference.
        NotYourRole, NotInYourStore: not theirs to do.
        StoreNotFound, SkuNotFound: no such place or SKU.
        SerialsWanted, SerialElsewhere: serialised units are moved by their numbers.
    """
    for index, line in enumerate(lines):
        _check(line, reason, index)
    lines = _named(lines)
    _check_moment(observed_at, at)
    writes_off = any(line.target == Bucket.SHRINKAGE for line in lines)
    require(by, STOCK_ADJUST if writes_off else STOCK_MOVE, store_code, at)
    asked = summed(((store_code, line.sku_code), line.quantity) for line in lines)
    keys = opened_levels(asked)
    list(StockLevel.objects.filter(pk__in=[key.id for key in keys.values()]).locked())
    number = reference or new_number("M")
    moves = _moves(store_code, lines, keys)
    if not _is_repeated(moves, number, reason):
        moment = observed_at or at
        seen = seen_since((key.id for key in keys.values()), moment, at=at)
        terms: Any = {"reference": number, "by": by, "at": at, "observed_at": moment}
        moves = put_back_seen(moves, seen, **terms)
        move_stock(moves=moves, kind=MovementKind.MOVE, reason=reason, **terms)
        take_out_seen(moves, seen, **terms)
    views = levels(store_code, [pair[1] for pair in asked])
    rows = StockMovement.objects.filter(kind=MovementKind.MOVE, reference=number)
    return Moved(
        [views[sku] for _store, sku in asked],
        list(rows.order_by("pk").values_list("pk", flat=True)),
    )


def _check(line: Placement, reason: str, index: int) -> None:
    where = f"lines/{index}"
    if line.source not in SHELVES:
        raise WrongWay(field=f"{where}/source")
    is_write_off = line.target == Bucket.SHRINKAGE
    if (
        line.target not in WAYS
        or line.source == line.target
        or (is_write_off and line.source not in _WRITTEN_OFF_FROM)
    ):
        raise WrongWay(field=f"{where}/target")
    if reason not in WAYS[line.target]:
        raise WrongReason(field="reason")
    if not is_quantity(line.quantity):
        raise QuantityOutOfRange(field=f"{where}/quantity")


def _named(lines: Sequence[Placement]) -> list[Placement]:
    """The lines with their serial numbers as they are kept."""
    scanned = [
        Scanned(line.sku_code, line.quantity, line.serials, f"lines/{index}/serials")
        for index, line in enumerate(lines)
    ]
    return [
        replace(line, serials=serials)
        for line, serials in zip(lines, checked_serials(scanned), strict=True)
    ]


def _check_moment(observed_at: datetime | None, at: datetime) -> None:
    if observed_at is None:
        return
    if not at - limits().observed_within <= observed_at <= at:
        raise ObservedTooFarOff(field="observed_at")


def _moves(
    store_code: str, lines: Sequence[Placement], keys: Mapping[Pair, LevelKey]
) -> list[Move]:
    """One move per SKU and way, however many lines ask for it."""
    found: dict[tuple[str, str, str], Move] = {}
    for index, line in enumerate(lines):
        way = (line.sku_code, line.source, line.target)
        before = found.get(way)
        found[way] = Move(
            keys[store_code, line.sku_code],
            line.quantity + (before.quantity if before else 0),
            Bucket(line.source),
            Bucket(line.target),
            line=f"{line.source}>{line.target}",
            field=before.field if before else f"lines/{index}/quantity",
            serials=(before.serials if before else ()) + line.serials,
        )
    return list(found.values())


def _is_repeated(moves: Sequence[Move], reference: str, reason: str) -> bool:
    """Whether just this was moved before under the reference."""
    rows = StockMovement.objects.filter(kind=MovementKind.MOVE, reference=reference)
    columns = ("store_id", "sku_id", "source", "target", "quantity", "serials", "reason")
    before = {(*row[:5], tuple(row[5]), row[6]) for row in rows.values_list(*columns)}
    wanted = {
        (*one, move.source, move.target, move.quantity, move.serials, reason)
        for move in moves
        for one in [(move.level.store_id, move.level.sku_id)]
    }
    if before and before != wanted:
        raise AlreadyRecorded(reference=reference)
    return bool(before)
