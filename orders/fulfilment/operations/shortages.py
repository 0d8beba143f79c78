"""Units that are not on the shelf: from elsewhere, or the money back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from inventory.promises.operations import (
    PartNotNamed,
    PromiseSlip,
    RankedDemand,
    replace_short,
    write_off_short,
)
from inventory.promises.queries import as_asked
from omniretail.contracts.orders import FulfilmentLinesShort
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number, random_code
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.states import IllegalTransition
from orders.fulfilment.briefs import brief_with, fulfilment_brief, line_brief, worth_of
from orders.fulfilment.models import Fulfilment, FulfilmentLine, FulfilmentPart
from orders.fulfilment.operations.calling_off import (
    NOT_FOUND,
    end_if_empty,
    void_worth,
)
from orders.fulfilment.operations.creating import Share, add_fulfilment, announce
from orders.fulfilment.operations.looking_up import locked_lines, staff_fulfilment
from orders.fulfilment.operations.lots import note_put_back
from orders.fulfilment.operations.parting import leave_out, parts_of
from orders.fulfilment.operations.serials import leave_out_serials, sold_units
from orders.fulfilment.operations.settling import settle_order
from orders.fulfilment.operations.sold_units import (
    awaits_other_units,
    leave_out_sold,
    refuse_settled,
    sold_of,
    take_rest_along,
)
from orders.fulfilment.operations.telling import tell
from orders.fulfilment.parcels import Worth, split_worth, take_worth
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order, OrderLine
from orders.sourcing.choices import Route, line_name, resourced
from orders.sourcing.operations import rank_other_places, record_choices
from stores.network.queries import get_store
from stores.people.roles import WORK_PICK

RESOURCED, REFUNDED = "RESOURCED", "REFUNDED"


class MoreThanMissing(DomainError):
    """Fewer units of this item are still to be found."""

    kind = Kind.RULE


class SoldUnitNotNamed(DomainError):
    """Say which of the units that a till has sold there is no other one for."""

    kind = Kind.RULE


@dataclass(frozen=True)
class _Missing:
    """Units that were not found, and how many of the line will not be served for it: of
    a kit, one missing part lets the whole kit fail."""

    not_found: int
    line: FulfilmentLine
    part: FulfilmentPart | None = None
    serial: str = ""

    @property
    def part_code(self) -> str:
        return self.part.sku_code if self.part else ""

    @property
    def sku_code(self) -> str:
        """What was not found."""
        return self.part_code or str(self.line.order_line.sku_code)

    @property
    def units(self) -> int:
        """Units of the order line that will not come out of this bag."""
        if self.part is None:
            return self.not_found
        return -(-self.not_found // self.part.per_kit)


@transaction.atomic
def report_short(
    *,
    number: str,
    position: int,
    quantity: int,
    by: Actor,
    at: datetime,
    part: str = "",
    serial: str = "",
) -> str:
    """Units of a line were not found; answers RESOURCED or REFUNDED.

    They are written off, so that nobody is promised the same ghosts again. A parcel's
    units are looked for in other places; the customer who comes to this store is paid
    back instead. Of a kit, so many units of one `part` were not found: the whole kits they
    were for come from elsewhere or are paid back. Units that a till has sold out of the bag
    are missing, too, where no others are found for them, also after the picking: the bag
    goes on without them. Such a unit is named by its `serial`, and it is that one and no
    other, whoever else says so: two who looked in vain for the same one let one unit go.

    Raises:
        FulfilmentNotFound: no such bag in the actor's store.
        NoOtherOneWanted: nobody looks for another one in place of this unit (any more).
        IllegalTransition: the bag is not at the shelves, and waits for no other units.
        PartNotNamed: it is a kit, and which part is missing is not said.
        SoldUnitNotNamed: only units that a till has sold are missing, and none is named.
        MoreThanMissing: the line has fewer units to be found.
    """
    fulfilment = staff_fulfilment(number, permission=WORK_PICK, by=by, at=at)
    if serial:
        refuse_settled(fulfilment, serial)
    is_picked = fulfilment.status == Fulfilment.Status.PICKING
    if not is_picked and not awaits_other_units(fulfilment):
        raise IllegalTransition(current=fulfilment.status, wanted="SHORT")
    missing = _missing(fulfilment, position, quantity, part, serial)
    line, units = missing.line, missing.units
    worth = _give_up(fulfilment, missing, by)
    resourced = _resource(fulfilment, missing, worth, by, at)
    outcome = RESOURCED if resourced else REFUNDED
    tell(
        FulfilmentLinesShort(
            order=order_brief(fulfilment.order),
            fulfilment=brief_with(fulfilment, [line_brief(line, units, worth)]),
            outcome=outcome,
            units_left=fulfilment_brief(fulfilment).units,
            units_asked=len(sold_units(fulfilment)),
            occurred_at=at,
        )
    )
    for replacement in resourced:
        announce(replacement, at=at)
    if not resourced:
        _cancel_units(line, units)
    delivery = end_if_empty(fulfilment, NOT_FOUND, by=by, at=at)
    reference = f"{fulfilment.number}:short:{position}:{line.short_quantity}"
    gone = Worth(Decimal(0), Decimal(0)) if resourced else worth
    void_worth(fulfilment, gone, delivery=delivery, reference=reference, at=at)
    if not take_rest_along(fulfilment, by=by, at=at):
        settle_order(fulfilment.order, at=at, reason=NOT_FOUND)
    return outcome


def _missing(
    fulfilment: Fulfilment, position: int, quantity: int, sku_code: str, serial: str
) -> _Missing:
    rows = locked_lines(fulfilment)
    line = next((row for row in rows if row.order_line.position == position), None)
    parts = parts_of([line])[line.pk] if line and line.order_line.sku.is_kit else []
    part = next((one for one in parts if one.sku_code == sku_code), None)
    if parts and part is None:
        raise PartNotNamed(field="part", parts=[one.sku_code for one in parts])
    if line is None:
        raise MoreThanMissing(field="quantity", position=position, quantity=quantity)
    missing = _Missing(quantity, line, part, serial)
    sold = [row.number for row in sold_of(fulfilment, line, missing.sku_code, serial)]
    left = part.missing_quantity(line) if part else line.missing_quantity
    if sold and not serial and left < quantity <= left + len(sold):
        raise SoldUnitNotNamed(field="serial", sold_serials=sold)
    if not 0 < quantity <= (len(sold) if serial else left):
        raise MoreThanMissing(field="quantity", position=position, quantity=quantity)
    return missing


def _give_up(fulfilment: Fulfilment, missing: _Missing, by: Actor) -> Worth:
    """Take the units out of the bag; answers their worth."""
    line, currency = missing.line, fulfilment.order.currency
    if missing.serial:
        leave_out_sold(fulfilment, line, missing.sku_code, missing.serial, by=by)
    worth = take_worth(worth_of(line), missing.units, line.live_quantity, currency)
    line.short_quantity += missing.units
    line.net_amount -= worth.net_amount
    line.points_amount -= worth.points_amount
    line.save(update_fields=["short_quantity", "net_amount", "points_amount"])
    if missing.part:
        parts = parts_of([line])[line.pk]
        left = leave_out(line, parts)
        leave_out_serials(line, parts)
        note_put_back(fulfilment, line, left, by=by)
    return worth


def _resource(
    fulfilment: Fulfilment,
    missing: _Missing,
    worth: Worth,
    by: Actor,
    at: datetime,
) -> list[Fulfilment]:
    """Let other places send the units, if they have them all; then write them off here,
    so that at no moment less is promised than there was."""
    order, line = fulfilment.order, missing.line
    position = line.order_line.position
    refused = _refused_places(line)
    ranking = None
    if fulfilment.kind == Fulfilment.Kind.SHIP:
        units = {position: missing.units}
        ranking = rank_other_places(order=order, units=units, refused=refused, at=at)
    if ranking is None or not ranking.routes[0].places:
        write_off_short(
            reference=order.number,
            line=line.promise_line,
            quantity=missing.not_found,
            part=missing.part_code,
            by=by,
            at=at,
        )
        return []
    slips = _keep_elsewhere(order, missing, ranking.routes[0], by, at)
    if not slips:
        return []
    choices = resourced(ranking, slips)
    record_choices(order=order, choices=choices, refused=refused, at=at)
    worths = split_worth(worth, [slip.quantity for slip in slips], order.currency)
    return [
        add_fulfilment(
            order=order,
            number=new_number("F"),
            place=get_store(slip.store_code),
            kind=Fulfilment.Kind.SHIP,
            shares=[Share(line.order_line, slip.quantity, slip.line, share)],
            delivery_amount=Decimal(0),
            at=at,
            replaces=fulfilment,
        )
        for slip, share in zip(slips, worths, strict=True)
    ]


def _keep_elsewhere(
    order: Order,
    missing: _Missing,
    route: Route,
    by: Actor,
    at: datetime,
) -> list[PromiseSlip]:
    name = line_name(order.number, route.wish.position)
    slips = replace_short(
        reference=order.number,
        line=missing.line.promise_line,
        quantity=missing.not_found,
        part=missing.part_code,
        demand=RankedDemand(
            route.wish.sku_code,
            missing.units,
            f"{name}:{random_code(6)}",
            route.places,
            may_split=True,
            preferred=route.preferred,
        ),
        most_places=limits().order_parcels,
        by=by,
        at=at,
    )
    return as_asked(slips)


def _refused_places(line: FulfilmentLine) -> set[str]:
    """Places that could not find this line's units; it never goes back to them."""
    tried = FulfilmentLine.objects.filter(order_line=line.order_line, short_quantity__gt=0)
    return set(tried.values_list("fulfilment__store__code", flat=True))


def _cancel_units(line: FulfilmentLine, quantity: int) -> None:
    OrderLine.objects.filter(pk=line.order_line_id).update(
        cancelled_quantity=F("cancelled_quantity") + quantity
    )
