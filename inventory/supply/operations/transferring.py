"""Goods leave for another place: asked for, approved, sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from inventory.promises.operations import (
    Demand,
    PlaceClosed,
    allocate_stock,
    consume_promises,
    release_promises,
)
from inventory.stock.models import Bucket
from inventory.stock.operations import MovementKind
from inventory.supply.models import Transfer, TransferLine
from inventory.supply.operations.expecting import expect_transfer
from inventory.supply.operations.looking_up import (
    NothingListed,
    checked,
    lines_of,
    locked_transfer,
)
from inventory.supply.operations.lots import keep_lots_granted, lots_kept, name_lots
from inventory.supply.operations.serials import MoreThanAsked, named_leaving
from inventory.supply.operations.telling import show_at, transfer_brief
from inventory.supply.quantities import Wanted, wanted_units
from inventory.supply.queries import TransferNotFound
from omniretail.contracts.inventory import (
    TransferApproved,
    TransferCancelled,
    TransferDispatched,
    TransferRequested,
)
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from stores.network.queries import StoreNotFound, get_store
from stores.people.queries import require
from stores.people.roles import SUPPLY_APPROVE, SUPPLY_MOVE

Status = Transfer.Status


class SamePlace(DomainError):
    """Goods go to another place, not to the same."""

    constraints = ("transfer_goes_somewhere_else",)


class NotYourOwnTransfer(DomainError):
    """So many units are approved by somebody else than whoever asked for them."""

    kind = Kind.FORBIDDEN
    constraints = ("large_transfer_is_approved_by_somebody_else",)


class ReasonMissing(DomainError):
    """Say why."""


@transaction.atomic
def request_transfer(
    *,
    source_code: str,
    target_code: str,
    lines: Sequence[Wanted],
    by: Actor,
    at: datetime,
    reason: str = "",
    due_at: datetime | None = None,
) -> str:
    """Ask that goods go from one place to another; answers the transfer's number.

    An employee of either place asks. From a number of units on
    (`limits().transfer_units_alone`) somebody else has to approve it.

    Raises:
        SamePlace, NothingListed, QuantityOutOfRange, SkuNotFound, StoreNotFound.
        NoLotsKept, LotNotHere: a line names a lot that is not at the source.
        PlaceClosed: one of the places is not in business.
        TransferNotFound: neither end is the employee's place.
    """
    known = checked(lines)
    ends = _ends(source_code, target_code, by, at)
    units = wanted_units(lines)
    transfer = Transfer.objects.create(
        number=new_number("T"),
        source_id=ends[0],
        target_id=ends[1],
        needs_second_person=sum(units.values()) > limits().transfer_units_alone,
        reason=reason,
        due_at=due_at or at + limits().transfer_patience,
        requested_at=at,
        requested_by=by.key,
    )
    TransferLine.objects.bulk_create(
        TransferLine(
            transfer=transfer, position=position, sku_id=known[code], requested=number
        )
        for position, (code, number) in enumerate(units.items(), start=1)
    )
    asked = [(line, line.requested) for line in lines_of(transfer)]
    name_lots(transfer, [line for line, _units in asked], lines, by, at)
    outbox.publish(
        TransferRequested(
            transfer=transfer_brief(transfer, asked),
            by=by.key,
            needs_second_person=transfer.needs_second_person,
            due_at=transfer.due_at,
            occurred_at=at,
        )
    )
    show_at(source_code, target_code)
    return transfer.number


@transaction.atomic
def approve_transfer(
    *, number: str, by: Actor, at: datetime, units: Mapping[str, int] | None = None
) -> None:
    """Keep the goods at the source for the transfer: as many as asked, or fewer.

    A few units are approved by whoever may send them; many by a manager of the source
    who did not ask for them.

    Raises:
        TransferNotFound, WrongEnd: the goods are not the actor's place's to give.
        NotYourOwnTransfer: many units, and the actor asked for them.
        NotEnoughStock: the source cannot promise that many; nothing is kept.
        LotNotHere: a lot that was scanned for it went into another bag meanwhile.
        MoreThanAsked, NothingListed, IllegalTransition, PlaceClosed.
    """
    transfer = locked_transfer(
        number, ends=["source"], permission=SUPPLY_MOVE, by=by, at=at
    )
    if transfer.needs_second_person:
        require(by, SUPPLY_APPROVE, transfer.source.code, at)
        if by.key == transfer.requested_by:
            raise NotYourOwnTransfer(number=number)
    transfer.become(Status.APPROVED)
    granted = _granted(lines_of(transfer), units, "requested")
    for line, number_ in granted:
        line.approved = number_
    TransferLine.objects.bulk_update([line for line, _n in granted], ["approved"])
    keep_lots_granted(transfer, granted, by)
    allocate_stock(
        demands=[
            Demand(transfer.source.code, line.sku.code, units_, str(line.position))
            for line, units_ in granted
            if units_
        ],
        reference=number,
        owner=f"transfer:{number}",
        channel=None,
        by=by,
        at=at,
    )
    lots_kept(transfer, granted)
    transfer.approved_at, transfer.approved_by = at, by.key
    transfer.save(update_fields=["status", "approved_at", "approved_by"])
    outbox.publish(
        TransferApproved(
            transfer=transfer_brief(transfer, granted),
            by=by.key,
            due_at=transfer.due_at,
            occurred_at=at,
        )
    )
    show_at(transfer.source.code, transfer.target.code)


@transaction.atomic
def dispatch_transfer(
    *,
    number: str,
    by: Actor,
    at: datetime,
    units: Mapping[str, int] | None = None,
    expected_at: datetime | None = None,
    serials: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """The goods leave: as many as approved, or fewer; the rest is free again. Serialised
    units leave by their numbers, lots that were named as named, others the first to expire
    first.

    Raises:
        TransferNotFound, WrongEnd: the goods do not leave from the actor's place.
        MoreThanAsked, NothingListed, IllegalTransition.
        SerialsWanted, SerialTwice, SerialElsewhere: `field` names the line at fault.
        LotNotHere: units of a lot that was named are gone meanwhile.
    """
    transfer = locked_transfer(
        number, ends=["source"], permission=SUPPLY_MOVE, by=by, at=at
    )
    transfer.become(Status.DISPATCHED)
    sent = _granted(lines_of(transfer), units, "approved")
    for line, number_ in sent:
        line.dispatched = number_
    leaving = named_leaving(sent, serials or {})
    TransferLine.objects.bulk_update([line for line, _n in sent], ["dispatched"])
    consume_promises(
        reference=number,
        lines={str(line.position): units_ for line, units_ in sent if units_},
        target=Bucket.IN_TRANSIT,
        kind=MovementKind.TRANSFER,
        reason=transfer.target.code,
        serials=leaving,
        lots=lots_kept(transfer, sent),
        by=by,
        at=at,
    )
    release_promises(reference=number, by=by, at=at)
    transfer.dispatched_at, transfer.dispatched_by = at, by.key
    transfer.expected_at = expected_at or at + limits().transfer_days
    transfer.save(update_fields=["status", "dispatched_at", "dispatched_by", "expected_at"])
    expect_transfer(transfer, sent)
    outbox.publish(
        TransferDispatched(
            transfer=transfer_brief(transfer, sent),
            by=by.key,
            expected_at=transfer.expected_at,
            occurred_at=at,
        )
    )
    show_at(transfer.source.code, transfer.target.code)


@transaction.atomic
def cancel_transfer(*, number: str, reason: str, by: Actor, at: datetime) -> None:
    """Nothing will be sent; what was kept is free again.

    Raises:
        TransferNotFound: neither end is the actor's place.
        ReasonMissing: it is not said why.
        IllegalTransition: the goods have left, or it was cancelled before.
    """
    transfer = locked_transfer(
        number, ends=["source", "target"], permission=SUPPLY_MOVE, by=by, at=at
    )
    if not reason.strip():
        raise ReasonMissing(field="reason")
    transfer.become(Status.CANCELLED)
    release_promises(reference=number, by=by, at=at)
    transfer.closed_at, transfer.close_reason = at, reason.strip()[:200]
    transfer.save(update_fields=["status", "closed_at", "close_reason"])
    wanted = [(line, line.requested) for line in lines_of(transfer)]
    outbox.publish(
        TransferCancelled(
            transfer=transfer_brief(transfer, wanted),
            by=by.key,
            reason=transfer.close_reason,
            occurred_at=at,
        )
    )
    show_at(transfer.source.code, transfer.target.code)


def _ends(source_code: str, target_code: str, by: Actor, at: datetime) -> tuple[int, int]:
    if source_code == target_code:
        raise SamePlace(field="target_store")
    keys = []
    for field, code in (("source_store", source_code), ("target_store", target_code)):
        try:
            place = get_store(code)
        except StoreNotFound:
            raise StoreNotFound(field=field, store=code) from None
        if not place.is_trading_on(at.date()):
            raise PlaceClosed(field=field, store=code)
        keys.append(place.id)
    if by.kind is ActorKind.STAFF and by.store not in (source_code, target_code):
        raise TransferNotFound(source=source_code, target=target_code)
    require(by, SUPPLY_MOVE, by.store or source_code, at)
    return keys[0], keys[1]


def _granted(
    lines: Sequence[TransferLine], units: Mapping[str, int] | None, bound: str
) -> list[tuple[TransferLine, int]]:
    """How many of each line: all, or what is said; a line not named gets none."""
    if units is None:
        return [(line, getattr(line, bound)) for line in lines]
    known = {line.sku.code: getattr(line, bound) for line in lines}
    for index, (code, number) in enumerate(units.items()):
        if not 0 <= number <= known.get(code, -1):
            raise MoreThanAsked(
                field=f"lines/{index}/quantity",
                sku=code,
                wanted=number,
                available=known.get(code, 0),
            )
    if not sum(units.values()):
        raise NothingListed(field="lines")
    return [(line, units.get(line.sku.code, 0)) for line in lines]
