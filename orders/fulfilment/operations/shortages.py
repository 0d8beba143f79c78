"""Units that are not on the shelf: from elsewhere, or the money back."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from inventory.promises.operations import (
    Demand,
    NotEnoughStock,
    allocate_stock,
    write_off_short,
)
from omniretail.contracts.orders import FulfilmentLinesShort
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.states import IllegalTransition
from orders.fulfilment.briefs import brief_with, fulfilment_brief, line_brief, worth_of
from orders.fulfilment.models import Fulfilment, FulfilmentLine
from orders.fulfilment.operations.calling_off import (
    NOT_FOUND,
    call_off,
    pass_on_delivery,
    void_worth,
)
from orders.fulfilment.operations.creating import Share, add_fulfilment, announce
from orders.fulfilment.operations.looking_up import locked_lines, staff_fulfilment
from orders.fulfilment.operations.settling import settle_order
from orders.fulfilment.operations.telling import tell
from orders.fulfilment.parcels import Worth, split_worth, take_worth
from orders.ordering.briefs import order_brief
from orders.ordering.models import OrderLine
from orders.sourcing.operations import OtherPlace, find_other_places
from stores.network.queries import get_store
from stores.people.roles import WORK_PICK

RESOURCED, REFUNDED = "RESOURCED", "REFUNDED"


class MoreThanMissing(DomainError):
    """Fewer units of this item are still to be found."""

    kind = Kind.RULE


@transaction.atomic
def report_short(
    *, number: str, position: int, quantity: int, by: Actor, at: datetime
) -> str:
    """Units of a line were not found; answers RESOURCED or REFUNDED.

    They are written off, so that nobody is promised the same ghosts again. A parcel's
    units are looked for in other places; the customer who comes to this store is paid
    back instead.

    Raises:
        FulfilmentNotFound: no such bag in the actor's store.
        IllegalTransition: the bag is not at the shelves.
        MoreThanMissing: the line has fewer units to be found.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    if fulfilment.status != Fulfilment.Status.PICKING:
        raise IllegalTransition(current=fulfilment.status, wanted="SHORT")
    line = _missing_line(fulfilment, position, quantity)
    worth = _give_up(fulfilment, line, quantity, by, at)
    resourced = _resource(fulfilment, line, quantity, worth, by, at)
    outcome = RESOURCED if resourced else REFUNDED
    tell(
        FulfilmentLinesShort(
            order=order_brief(fulfilment.order),
            fulfilment=brief_with(fulfilment, [line_brief(line, quantity, worth)]),
            outcome=outcome,
            units_left=fulfilment_brief(fulfilment).units,
            occurred_at=at,
        )
    )
    for replacement in resourced:
        announce(replacement, at=at)
    if not resourced:
        _cancel_units(line, quantity)
    delivery = _end_if_empty(fulfilment, by, at)
    reference = f"{fulfilment.number}:short:{position}:{line.short_quantity}"
    gone = Worth(Decimal(0), Decimal(0)) if resourced else worth
    void_worth(fulfilment, gone, delivery=delivery, reference=reference, at=at)
    settle_order(fulfilment.order, at=at, reason=NOT_FOUND)
    return outcome


def _missing_line(fulfilment: Fulfilment, position: int, quantity: int) -> FulfilmentLine:
    for line in locked_lines(fulfilment):
        if line.order_line.position == position and line.missing_quantity >= quantity > 0:
            return line
    raise MoreThanMissing(field="quantity", position=position, quantity=quantity)


def _give_up(
    fulfilment: Fulfilment, line: FulfilmentLine, quantity: int, by: Actor, at: datetime
) -> Worth:
    """Take the units out of the bag and out of the stock; answers their worth."""
    worth = take_worth(
        worth_of(line), quantity, line.live_quantity, fulfilment.order.currency
    )
    line.short_quantity += quantity
    line.net_amount -= worth.net_amount
    line.points_amount -= worth.points_amount
    line.save(update_fields=["short_quantity", "net_amount", "points_amount"])
    write_off_short(
        reference=fulfilment.order.number,
        line=line.promise_line,
        quantity=quantity,
        by=by,
        at=at,
    )
    return worth


def _resource(
    fulfilment: Fulfilment,
    line: FulfilmentLine,
    quantity: int,
    worth: Worth,
    by: Actor,
    at: datetime,
) -> list[Fulfilment]:
    """Let other places send the units, if they have them all."""
    if fulfilment.kind != Fulfilment.Kind.SHIP:
        return []
    places = find_other_places(
        order=fulfilment.order,
        units={line.order_line.position: quantity},
        refused=_refused_places(line),
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            return _move_to(places, fulfilment, line, worth, by, at)
    except NotEnoughStock:
        return []


def _move_to(
    places: list[OtherPlace],
    fulfilment: Fulfilment,
    line: FulfilmentLine,
    worth: Worth,
    by: Actor,
    at: datetime,
) -> list[Fulfilment]:
    order, position = fulfilment.order, line.order_line.position
    numbers = [new_number("F") for _ in places]
    keys = [f"{order.number}:{position}:{number}" for number in numbers]
    units = [place.units[position] for place in places]
    if not places:
        return []
    allocate_stock(
        demands=[
            Demand(place.store_code, line.order_line.sku_code, quantity, key)
            for place, quantity, key in zip(places, units, keys, strict=True)
        ],
        reference=order.number,
        channel=order.channel,
        by=by,
        at=at,
    )
    worths = split_worth(worth, units, order.currency)
    return [
        add_fulfilment(
            order=order,
            number=number,
            place=get_store(place.store_code),
            kind=Fulfilment.Kind.SHIP,
            shares=[Share(line.order_line, quantity, key, share)],
            delivery_amount=Decimal(0),
            at=at,
            replaces=fulfilment,
        )
        for place, number, key, quantity, share in zip(
            places, numbers, keys, units, worths, strict=True
        )
    ]


def _refused_places(line: FulfilmentLine) -> set[str]:
    """Places that could not find this line's units; it never goes back to them."""
    tried = FulfilmentLine.objects.filter(order_line=line.order_line, short_quantity__gt=0)
    return set(tried.values_list("fulfilment__store__code", flat=True))


def _cancel_units(line: FulfilmentLine, quantity: int) -> None:
    OrderLine.objects.filter(pk=line.order_line_id).update(
        cancelled_quantity=F("cancelled_quantity") + quantity
    )


def _end_if_empty(fulfilment: Fulfilment, by: Actor, at: datetime) -> Decimal:
    """Call off a bag nothing is left of; answers the delivery charge nobody owes now."""
    if any(line.live_quantity for line in locked_lines(fulfilment)):
        return Decimal(0)
    call_off(fulfilment, Fulfilment.Status.CANCELLED, NOT_FOUND, by=by, at=at)
    return pass_on_delivery(fulfilment)
