"""Goods of a transfer come, in part or late."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from inventory.stock.demand import summed
from inventory.stock.models import Bucket
from inventory.stock.operations import Move, MovementKind, move_stock, opened_levels
from inventory.stock.queries import LevelKey, serials_on_the_way
from inventory.supply.models import Receipt, Transfer, TransferLine
from inventory.supply.operations.expecting import (
    Change,
    Occasion,
    locked_expected,
    settle_expected,
)
from inventory.supply.operations.looking_up import (
    checked,
    lines_of,
    locked_transfer,
)
from inventory.supply.operations.lots import Lots, by_lots
from inventory.supply.operations.serials import as_sent, by_origin, named
from inventory.supply.operations.telling import show_at, transfer_brief
from inventory.supply.operations.writing import (
    Booked,
    Taking,
    earlier_receipt,
    new_receipt_number,
    told_before,
    write_receipt,
)
from inventory.supply.quantities import (
    Arrived,
    Condition,
    Counted,
    arrivals,
    good_share,
    lots_shared,
    out_of,
)
from omniretail.contracts.inventory import TransferReceived
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from stores.people.roles import SUPPLY_MOVE

Status = Transfer.Status


class NotSentYet(DomainError):
    """These goods have not left yet."""

    kind = Kind.CONFLICT


class NotInTransfer(DomainError):
    """This article is not part of the transfer."""


class MoreThanSent(DomainError):
    """That is more than is on its way."""

    kind = Kind.CONFLICT
    constraints = ("no_more_arrives_than_was_sent",)


@transaction.atomic
def receive_transfer(
    *,
    number: str,
    lines: Sequence[Counted],
    by: Actor,
    at: datetime,
    reference: str = "",
) -> str:
    """Goods of a transfer come: good ones onto the shelf, damaged ones to quarantine.

    What does not come stays in transit. Units that were given up for lost are found
    again. Answers the receipt's number; the same reference with the same goods answers
    the same receipt.

    Raises:
        TransferNotFound, WrongEnd: the goods do not go to the actor's place.
        NotSentYet: they have not left.
        NotInTransfer, MoreThanSent: `field` names the line at fault.
        AlreadyReceived: the reference stands for another receipt.
        NothingListed, QuantityOutOfRange, SkuNotFound.
        SerialsWanted, SerialElsewhere: serialised units come by number, unless all that
            were sent are said to be here.
    """
    transfer = locked_transfer(
        number, ends=["target"], permission=SUPPLY_MOVE, by=by, at=at
    )
    checked(lines)
    taking = Taking(
        Receipt.Kind.TRANSFER,
        transfer.target_id,
        transfer.target.code,
        reference,
        transfer=transfer,
        lines=lines,
    )
    if again := told_before(taking):
        return again
    sorted_ = by_lots(
        transfer.target.code, as_sent(transfer, lines), at=at, is_required=False
    )
    come = arrivals(named(sorted_.lines))
    if earlier := earlier_receipt(taking, come, sorted_.lots):
        return earlier
    if transfer.dispatched_at is None:
        raise NotSentYet(number=number)
    rows = lines_of(transfer)
    booked = _book(rows, come)
    expected = locked_expected(rows)
    receipt = new_receipt_number()
    _take_in(transfer, booked, sorted_.lots, receipt, by=by, at=at)
    write_receipt(taking, booked, receipt, by=by, at=at)
    changes = {line.pk: Change(_good_of(booked, line), line.in_transit) for line in rows}
    settle_expected(expected, changes, occasion(transfer, "damaged", by, at))
    close_if_done(transfer, rows, at)
    units = {one.sku_id: one.arrived.units for one in booked}
    outbox.publish(
        TransferReceived(
            transfer=transfer_brief(
                transfer, [(line, units.get(line.sku_id, 0)) for line in rows]
            ),
            by=by.key,
            receipt_number=receipt,
            still_in_transit=sum(line.in_transit for line in rows),
            occurred_at=at,
        )
    )
    show_at(transfer.source.code)
    return receipt


def _book(rows: Sequence[TransferLine], come: Sequence[Arrived]) -> list[Booked]:
    """Count what came on the lines: off the road first, then out of what was lost."""
    by_sku = {line.sku.code: line for line in rows}
    booked, counted = [], []
    for one in come:
        line = by_sku.get(one.sku_code)
        if line is None or not line.dispatched:
            raise NotInTransfer(field=f"lines/{one.index}/sku", sku=one.sku_code)
        arrival = out_of(one.units, in_transit=line.in_transit, lost=line.lost)
        if arrival is None:
            raise too_many(line, one.units, one.field)
        good, damaged = good_share(arrival, one.good)
        booked.append(
            Booked(line.sku_id, line.sku.name, one, good.from_lost, damaged.from_lost)
        )
        counted.append((line.pk, one.units, -arrival.from_lost))
        line.received += one.units
        line.lost -= arrival.from_lost
    taken = TransferLine.objects.arrive(counted)
    for one in come:
        if by_sku[one.sku_code].pk not in taken:
            raise too_many(by_sku[one.sku_code], one.units, one.field)
    return booked


def _take_in(
    transfer: Transfer,
    booked: Sequence[Booked],
    lots: Lots,
    receipt: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    store = transfer.target.code
    levels = opened_levels(
        summed(((store, one.arrived.sku_code), one.arrived.units) for one in booked)
    )
    on_the_way = serials_on_the_way(transfer.number)
    moves = []
    for one in booked:
        level = levels[store, one.arrived.sku_code]
        for condition, units, lost in one.parts():
            target = Bucket.ON_HAND if condition is Condition.GOOD else Bucket.QUARANTINE
            mark = f"{receipt}:{condition}"
            sent, refound = by_origin(one.arrived, condition, lost, on_the_way)
            of_sent, of_refound = lots_shared(
                lots.get((one.arrived.sku_code, condition), {}), units - lost
            )
            if units > lost:
                sort = (Bucket.IN_TRANSIT, target, mark)
                moves.append(_move(level, units - lost, sort, sent, of_sent))
            if lost:
                sort = (Bucket.SHRINKAGE, target, f"{mark}:FOUND")
                moves.append(_move(level, lost, sort, refound, of_refound))
    move_stock(
        moves=moves,
        kind=MovementKind.RECEIPT,
        reference=transfer.number,
        reason=transfer.source.code,
        by=by,
        at=at,
    )


def _move(
    level: LevelKey,
    units: int,
    sort: tuple[Bucket, Bucket, str],
    serials: tuple[str, ...],
    lots: Mapping[str, int],
) -> Move:
    source, target, line = sort
    return Move(level, units, source, target, line=line, serials=serials, lots=lots)


def close_if_done(transfer: Transfer, rows: Sequence[TransferLine], at: datetime) -> None:
    """Nothing is on the road any more: all came, or some are lost."""
    if any(line.in_transit for line in rows):
        new = (
            Status.PARTLY_RECEIVED
            if any(line.received for line in rows)
            else Status(transfer.status)
        )
    elif any(line.lost for line in rows):
        new = Status.CLOSED_SHORT
    else:
        new = Status.RECEIVED
    if new != transfer.status:
        transfer.become(new)
    if new in (Status.RECEIVED, Status.CLOSED_SHORT):
        transfer.closed_at = transfer.closed_at or at
    transfer.save(update_fields=["status", "closed_at", "settled_by", "close_reason"])


def _good_of(booked: Sequence[Booked], line: TransferLine) -> int:
    return sum(one.arrived.good for one in booked if one.sku_id == line.sku_id)


def occasion(transfer: Transfer, reason: str, by: Actor, at: datetime) -> Occasion:
    """On which transfer, for those who wait for its goods."""
    return Occasion(transfer.target.code, transfer.number, reason, by, at)


def too_many(line: TransferLine, wanted: int, field: str) -> MoreThanSent:
    """The refusal, with what may still come."""
    return MoreThanSent(
        field=field,
        sku=line.sku.code,
        wanted=wanted,
        available=line.in_transit + line.lost,
    )
