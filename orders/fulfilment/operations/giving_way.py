"""Bags whose goods a place needs for something else: they come from another place, or
their customer is asked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from inventory.lots.operations import quarantine_expired
from inventory.promises.operations import (
    MovedPromise,
    Room,
    free_units_at,
    sell_over_promises,
)
from inventory.promises.queries import weakest_references
from omniretail.contracts.orders import FulfilmentLinesShort, FulfilmentUncovered
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from orders.carts.models import Intent
from orders.fulfilment.briefs import brief_with, fulfilment_brief, line_brief, worth_of
from orders.fulfilment.models import FulfilmentLine
from orders.fulfilment.operations.calling_off import end_if_empty
from orders.fulfilment.operations.creating import Share, add_fulfilment, announce
from orders.fulfilment.operations.telling import tell
from orders.fulfilment.parcels import take_worth
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order
from orders.ordering.operations import lock_orders
from orders.ordering.reasons import CancelReason
from orders.sourcing.choices import Choice, position_of
from orders.sourcing.models import SourcingReason
from orders.sourcing.operations import record_choices
from stores.network.queries import get_store

RESOURCED = "RESOURCED"
Pair = tuple[str, str]


@transaction.atomic
def free_units_for(
    *,
    store_code: str,
    wanted: Mapping[str, int],
    beside: Collection[Pair],
    by: Actor,
    at: datetime,
) -> bool:
    """Let promises that may stand elsewhere move, so that a place has these units for one
    that may not; answers whether any moved. `beside` are levels taken right after this."""
    orders = lock_orders(weakest_references(store_code, list(wanted)))
    room = free_units_at(
        store_code=store_code,
        wanted=wanted,
        followed=set(orders),
        beside=beside,
        by=by,
        at=at,
    )
    _follow(room, orders, by, at)
    return bool(room.moved)


@transaction.atomic
def sell_promised(
    *,
    store_code: str,
    lines: Sequence[tuple[str, int]],
    reference: str,
    by: Actor,
    at: datetime,
    observed_at: datetime | None = None,
    serials: Mapping[str, Sequence[str]] | None = None,
) -> Room:
    """A till has sold what was promised: the weakest promises move to other places, with
    their bags; where nobody else has the units, their customers are to be asked.

    `observed_at` is when it was sold, if that was not now.

    Raises:
        StoreNotFound, SkuNotFound, AlreadyRecorded: as for any sale.
    """
    orders = lock_orders(weakest_references(store_code, [sku for sku, _n in lines]))
    room = sell_over_promises(
        store_code=store_code,
        lines=lines,
        reference=reference,
        followed=set(orders),
        by=by,
        at=at,
        observed_at=observed_at,
        serials=serials,
    )
    _follow(room, orders, by, at)
    return room


@transaction.atomic
def take_off_expired(*, store_code: str, sku_code: str, by: Actor, at: datetime) -> Room:
    """Units that may not be sold any more leave the shelf; promises that counted on them
    move to other places, with their bags, or their customers are to be asked."""
    orders = lock_orders(weakest_references(store_code, [sku_code]))
    room = quarantine_expired(
        store_code=store_code, sku_code=sku_code, followed=set(orders), by=by, at=at
    )
    _follow(room, orders, by, at)
    return room


def tell_uncovered(order: Order, lacking: Mapping[str, int], *, at: datetime) -> None:
    """Ask for somebody who talks to the customer: units of these promises were sold."""
    lines = FulfilmentLine.objects.filter(
        fulfilment__order=order, promise_line__in=lacking
    ).select_related("fulfilment__store", "order_line")
    for line in lines.order_by("pk"):
        units = min(lacking[line.promise_line], line.live_quantity)
        if not units:
            continue
        worth = take_worth(worth_of(line), units, line.live_quantity, order.currency)
        tell(
            FulfilmentUncovered(
                order=order_brief(order),
                fulfilment=brief_with(line.fulfilment, [line_brief(line, units, worth)]),
                occurred_at=at,
            )
        )


def _follow(room: Room, orders: Mapping[str, Order], by: Actor, at: datetime) -> None:
    for moved in room.moved:
        if moved.reference in orders:
            _send_from_elsewhere(orders[moved.reference], moved, by, at)
    for uncovered in room.uncovered:
        order = orders.get(uncovered.reference)
        if order is not None and order.placed_at is not None:
            tell_uncovered(order, {uncovered.line: uncovered.lacking}, at=at)


def _send_from_elsewhere(
    order: Order, moved: MovedPromise, by: Actor, at: datetime
) -> None:
    """The promise stands elsewhere: so does the bag, if there is one already."""
    position = position_of(moved.line)
    record_choices(
        order=order,
        choices=[
            Choice(
                position,
                moved.sku_code,
                moved.quantity,
                Intent.SHIP,
                moved.target_code,
                SourcingReason.RESOURCED,
            )
        ],
        refused=[moved.source_code],
        at=at,
    )
    lines = FulfilmentLine.objects.filter(
        fulfilment__order=order, promise_line=moved.was_line
    )
    line = lines.select_related("fulfilment__store", "order_line").first()
    if line is not None:
        _move_bag(order, line, moved, by, at)


def _move_bag(
    order: Order, line: FulfilmentLine, moved: MovedPromise, by: Actor, at: datetime
) -> None:
    bag, worth = line.fulfilment, worth_of(line)
    bag.order = order
    quantity = line.live_quantity
    line.short_quantity += quantity
    line.net_amount = line.points_amount = Decimal(0)
    line.save(update_fields=["short_quantity", "net_amount", "points_amount"])
    replacement = add_fulfilment(
        order=order,
        number=new_number("F"),
        place=get_store(moved.target_code),
        kind=bag.kind,
        shares=[Share(line.order_line, quantity, moved.line, worth)],
        delivery_amount=Decimal(0),
        at=at,
        replaces=bag,
    )
    tell(
        FulfilmentLinesShort(
            order=order_brief(order),
            fulfilment=brief_with(bag, [line_brief(line, quantity, worth)]),
            outcome=RESOURCED,
            units_left=fulfilment_brief(bag).units,
            occurred_at=at,
        )
    )
    announce(replacement, at=at)
    end_if_empty(bag, CancelReason.NEEDED_HERE, by=by, at=at)
