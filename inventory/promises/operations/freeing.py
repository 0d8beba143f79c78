"""Making room at a place: the weakest promises there go elsewhere, or are told to lack
units that were sold over a till."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from inventory.promises.models import Promise
from inventory.promises.operations.desk import Desk, desk_of
from inventory.promises.operations.room import (
    MovedPromise,
    Overtaken,
    Room,
    UncoveredPromise,
    seeing_all,
    tell_room,
)
from inventory.promises.weakness import Cell, GivingWay, Standing, give_way
from inventory.stock.demand import Pair
from inventory.stock.models import Shift, StockLevel
from inventory.stock.operations import opened_levels, seen_since, sell_stock
from inventory.stock.queries import LevelKey, level_keys, parted
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import random_code
from omniretail.kernel.locking import Busy

Status = Promise.Status


@transaction.atomic
def free_units_at(
    *,
    store_code: str,
    wanted: Mapping[str, int],
    by: Actor,
    at: datetime,
    followed: Collection[str] = (),
    beside: Collection[Pair] = (),
) -> Room:
    """Let units of these SKUs become free at a place, for a promise that must stand there.

    The weakest provisional promises go to the next place of their ranking that can serve
    them whole, until as many units as wanted are free. A hold is moved on nobody's word;
    what belongs to an order only if it is `followed`: the caller has locked the order and
    sees to its bags. `beside` are levels that the caller takes next in this transaction:
    they are locked now, in key order with all others.
    """
    del by  # the door's audit entry says who
    keys = level_keys((store_code, sku) for sku in wanted)
    movable = Q(is_provisional=True) & _may_move(followed)
    near = parted([(pair, 1) for pair in beside]).keys
    desk = desk_of(keys.values(), movable, near.values(), at)
    needs = {key.sku_id: wanted[key.sku_code] for key in keys.values()}
    promises = [_standing(row, desk, followed) for row in desk.rows]
    return _carry_out(desk, give_way(promises, needs, desk.free, may_lack=False), at)


@seeing_all
@transaction.atomic
def sell_over_promises(
    *,
    store_code: str,
    lines: Sequence[tuple[str, int]],
    reference: str,
    by: Actor,
    at: datetime,
    observed_at: datetime | None = None,
    followed: Collection[str] = (),
    serials: Mapping[str, Sequence[str]] | None = None,
) -> Room:
    """A till has sold units, some of which were promised: that is what happened.

    The weakest promises that nobody picks yet give way. Provisional ones move to the next
    place of their ranking; for the rest the weakest promise says how many units it lacks,
    and stays until its customer was asked. What lies in bags is not what was sold: beyond
    the promises, units that the level does not know were there and are found.
    `observed_at` is when it was sold, if that was not now: what somebody has looked at
    since without those units takes nothing from any promise.

    Raises:
        StoreNotFound, SkuNotFound: no such place or SKU.
        AlreadyRecorded: this sale was written down before.
    """
    wanted = parted([((store_code, sku), units) for sku, units in lines])
    keys = opened_levels(wanted.asked, known=wanted.keys)

    def gone() -> dict[Pair, int]:
        seen = seen_since([key.id for key in keys.values()], observed_at or at, at=at)
        asked = wanted.asked.items()
        return {pair: one.units for pair, one in asked if keys[pair].id not in seen}

    room = _yield(keys, gone, followed, at)
    sell_stock(
        store_code=store_code,
        lines=lines,
        reference=reference,
        by=by,
        at=at,
        observed_at=observed_at,
        as_fact=True,
        serials=serials or {},
    )
    return room


@seeing_all
@transaction.atomic
def yield_units(
    *,
    store_code: str,
    sku_code: str,
    gone: Callable[[], int],
    by: Actor,
    at: datetime,
    followed: Collection[str] = (),
) -> Room:
    """Units are about to leave the shelf for something no customer is promised: promises
    give way as to a till's sale. `gone` is asked how many whenever all is locked."""
    del by  # the movement that follows says who
    pair = store_code, sku_code
    keys = level_keys([pair])
    return _yield(keys, lambda: {pair: gone()}, followed, at)


def _yield(
    keys: Mapping[Pair, LevelKey],
    gone: Callable[[], Mapping[Pair, int]],
    followed: Collection[str],
    at: datetime,
) -> Room:
    desk = desk_of(keys.values(), Q(), (), at)
    needs = {
        keys[pair].sku_id: units - desk.unpromised[keys[pair].id]
        for pair, units in gone().items()
    }
    if any(units > 0 for units in needs.values()) and not desk.has_all():
        raise Overtaken
    promises = [_standing(row, desk, followed) for row in desk.rows]
    return _carry_out(desk, give_way(promises, needs, desk.free, may_lack=True), at)


def _may_move(followed: Collection[str]) -> Q:
    """Holds of shoppers, and what belongs to an order that somebody sees to."""
    is_shopping = Q(status=Status.HELD, payment_in_flight=False)
    return is_shopping | Q(reference__in=followed)


def _standing(row: Promise, desk: Desk, followed: Collection[str]) -> Standing:
    is_firm = row.status == Status.ALLOCATED or row.payment_in_flight
    return Standing(
        key=row.pk,
        sku=row.sku_id,
        units=row.quantity,
        lacking=row.uncovered,
        is_firm=is_firm,
        places=tuple(row.ranking or ()),
        may_move=row.is_provisional and (not is_firm or row.reference in followed),
        leaves={
            place: desk.leaves.get((row.channel, place, row.sku_id))
            for place in row.ranking or ()
        },
    )


def _carry_out(desk: Desk, found: GivingWay, at: datetime) -> Room:
    rows = {row.pk: row for row in desk.rows}
    changes: Counter[int] = Counter()
    moved, past = [], []
    for key, target in found.moves.items():
        row = rows[key]
        left, comes = desk.keys[row.store_id, row.sku_id], desk.keys[target, row.sku_id]
        changes[left.id] -= row.quantity
        changes[comes.id] += row.quantity
        # What stood here stands here no more: its history stays with the place.
        past.append(row.like(status=Status.RELEASED, payment_in_flight=False, ended_at=at))
        moved.append(_move(row, left, comes, at))
        row.spare = found.spare[key]
    shifts = [Shift(level, reserved=units) for level, units in changes.items() if units]
    if shifts:
        if len(StockLevel.objects.shift(shifts, at=at)) != len(shifts):
            raise Busy
        Promise.objects.bulk_update(
            [rows[key] for key in found.moves],
            ["store", "line", "created_at", "spare", "rest_of"],
        )
        Promise.objects.bulk_create(past)
    uncovered = [
        _uncover(rows[key], units, desk.keys) for key, units in found.lacking.items()
    ]
    Promise.objects.bulk_update([rows[key] for key in found.lacking], ["uncovered"])
    room = Room(tuple(moved), tuple(uncovered))
    tell_room(room, at)
    return room


def _move(row: Promise, left: LevelKey, comes: LevelKey, at: datetime) -> MovedPromise:
    """The row itself moves: whoever waits for it finds it where it stands now."""
    was_line = row.line
    row.store_id = comes.store_id
    row.line = f"{was_line.partition('~')[0]}~{random_code(6)}"
    row.created_at = at
    row.rest_of = None
    return MovedPromise(
        reference=row.reference,
        owner=row.owner,
        was_line=was_line,
        line=row.line,
        sku_code=left.sku_code,
        quantity=row.quantity,
        source_code=left.store_code,
        target_code=comes.store_code,
    )


def _uncover(row: Promise, units: int, keys: Mapping[Cell, LevelKey]) -> UncoveredPromise:
    key = keys[row.store_id, row.sku_id]
    row.uncovered += units
    return UncoveredPromise(
        reference=row.reference,
        owner=row.owner,
        line=row.line,
        sku_code=key.sku_code,
        store_code=key.store_code,
        units=units,
        per_kit=row.per_kit,
    )
