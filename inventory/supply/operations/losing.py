"""Goods of a transfer do not come."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from inventory.stock.demand import summed
from inventory.stock.models import Bucket
from inventory.stock.operations import Move, MovementKind, move_stock, opened_levels
from inventory.supply.models import Transfer, TransferLine
from inventory.supply.operations.arriving import (
    NotInTransfer,
    NotSentYet,
    close_if_done,
    occasion,
    too_many,
)
from inventory.supply.operations.expecting import Change, locked_expected, settle_expected
from inventory.supply.operations.looking_up import (
    NothingListed,
    lines_of,
    locked_transfer,
)
from inventory.supply.operations.telling import show_at, transfer_brief
from inventory.supply.operations.transferring import ReasonMissing
from omniretail.contracts.inventory import TransferLost
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from stores.people.roles import SUPPLY_APPROVE


class NotYourOwnLoss(DomainError):
    """Such a loss is recorded by somebody else than whoever sent the goods."""

    kind = Kind.FORBIDDEN
    constraints = ("large_loss_is_recorded_by_somebody_else",)


@transaction.atomic
def write_off_transfer(
    *,
    number: str,
    reason: str,
    by: Actor,
    at: datetime,
    units: Mapping[str, int] | None = None,
) -> None:
    """Goods on the road will not come: all of them, or as many as said.

    Raises:
        TransferNotFound, WrongEnd: the goods do not go to the actor's place.
        NotYourRole: a manager records a loss.
        NotYourOwnLoss: a large transfer that the actor sent.
        NotSentYet, ReasonMissing, NothingListed, NotInTransfer, MoreThanSent.
    """
    transfer = locked_transfer(
        number, ends=["target"], permission=SUPPLY_APPROVE, by=by, at=at
    )
    if transfer.dispatched_at is None:
        raise NotSentYet(number=number)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if transfer.needs_second_person and by.key == transfer.dispatched_by:
        raise NotYourOwnLoss(number=number)
    rows = lines_of(transfer)
    lost = _lose(rows, units)
    expected = locked_expected(rows)
    _write_off(transfer, lost, reason, by, at)
    changes = {line.pk: Change(0, line.in_transit) for line in rows}
    settle_expected(expected, changes, occasion(transfer, "lost", by, at))
    transfer.settled_by, transfer.close_reason = by.key, reason.strip()[:200]
    close_if_done(transfer, rows, at)
    outbox.publish(
        TransferLost(
            transfer=transfer_brief(transfer, lost),
            by=by.key,
            reason=transfer.close_reason,
            still_in_transit=sum(line.in_transit for line in rows),
            occurred_at=at,
        )
    )
    show_at(transfer.source.code, transfer.target.code)


def _lose(
    rows: Sequence[TransferLine], units: Mapping[str, int] | None
) -> list[tuple[TransferLine, int]]:
    if units is None:
        lost = [(line, line.in_transit) for line in rows if line.in_transit]
    else:
        by_sku = {line.sku.code: line for line in rows}
        lost = [
            _missing(by_sku.get(code), code, number, index)
            for index, (code, number) in enumerate(units.items())
        ]
    if not any(number for _line, number in lost):
        raise NothingListed(field="lines")
    taken = TransferLine.objects.arrive([(line.pk, 0, number) for line, number in lost])
    for line, number in lost:
        if line.pk not in taken:
            raise too_many(line, number, "lines")
        line.lost += number
    return [(line, number) for line, number in lost if number]


def _missing(
    line: TransferLine | None, code: str, units: int, index: int
) -> tuple[TransferLine, int]:
    if line is None:
        raise NotInTransfer(field=f"lines/{index}/sku", sku=code)
    if not 0 <= units <= line.in_transit:
        raise too_many(line, units, f"lines/{index}/quantity")
    return line, units


def _write_off(
    transfer: Transfer,
    lost: Sequence[tuple[TransferLine, int]],
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    store, mark = transfer.target.code, new_number("L")
    levels = opened_levels(summed(((store, line.sku.code), n) for line, n in lost))
    move_stock(
        moves=[
            Move(
                levels[store, line.sku.code],
                number,
                Bucket.IN_TRANSIT,
                Bucket.SHRINKAGE,
                line=mark,
            )
            for line, number in lost
        ],
        kind=MovementKind.LOSS,
        reference=transfer.number,
        reason=reason.strip()[:200],
        by=by,
        at=at,
    )
