"""Suppliers announce what is on its way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from inventory.supply.models import (
    IncomingLine,
    PurchaseOrder,
    PurchaseOrderLine,
    ShipNotice,
    ShipNoticeLine,
)
from inventory.supply.models.notices import ShipNoticeStatus
from inventory.supply.models.purchases import AWAITED
from inventory.supply.operations.expecting import day_end
from inventory.supply.operations.looking_up import (
    checked,
    locked_notice,
    locked_order,
    order_lines_of,
)
from inventory.supply.operations.purchasing import NumberTaken
from inventory.supply.operations.telling import purchase_brief, show_at
from inventory.supply.promising import Part, latest_needed
from inventory.supply.quantities import Wanted, wanted_units
from omniretail.contracts.inventory import DeliveryAnnounced, DeliveryClosed
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from stores.people.roles import SUPPLY_APPROVE, SUPPLY_ORDER

Status = ShipNotice.Status


class NotOnOrder(DomainError):
    """This article is not on the order."""


class MoreThanOrdered(DomainError):
    """That is more than was ordered and tolerance allows."""

    kind = Kind.CONFLICT
    constraints = ("no_more_is_received_than_tolerated",)


class NotAwaited(DomainError):
    """Nothing is expected for this order: it is not placed yet, or closed."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Delivery:
    """What a supplier says about a delivery: the number on the note, when it comes."""

    number: str
    expected_at: datetime
    carrier: str = ""
    tracking_number: str = ""


@transaction.atomic
def announce_delivery(
    *,
    order_number: str,
    delivery: Delivery,
    lines: Sequence[Wanted],
    by: Actor,
    at: datetime,
) -> bool:
    """A supplier says what is on its way; answers whether that is new. The same note
    announced again changes nothing.

    Raises:
        PurchaseOrderNotFound, NotAwaited, NotOnOrder, MoreThanOrdered.
        NumberTaken: the number stands for another delivery.
        NothingListed, QuantityOutOfRange, SkuNotFound, NotYourRole.
    """
    known = checked(lines)
    order = locked_order(order_number, permission=SUPPLY_ORDER, by=by, at=at)
    units = wanted_units(lines)
    if _is_known(order, delivery.number, units):
        return False
    if order.status not in AWAITED:
        raise NotAwaited(number=order_number)
    _refuse_too_many(order, units)
    notice = ShipNotice.objects.create(
        number=delivery.number,
        order=order,
        expected_at=delivery.expected_at,
        carrier=delivery.carrier,
        tracking_number=delivery.tracking_number,
        announced_at=at,
    )
    ShipNoticeLine.objects.bulk_create(
        ShipNoticeLine(notice=notice, sku_id=known[code], quantity=number)
        for code, number in units.items()
    )
    reschedule(order)
    _tell_announced(notice, by, at)
    return True


@transaction.atomic
def close_delivery(*, number: str, by: Actor, at: datetime) -> None:
    """What has not come of an announced delivery will not come with it; the order goes
    on waiting for it.

    Raises:
        ShipNoticeNotFound, IllegalTransition, NotYourRole.
    """
    order, notice = locked_notice(number, permission=SUPPLY_APPROVE, by=by, at=at)
    is_part = notice.status == Status.PARTLY_RECEIVED
    end_notice(
        notice, Status.CLOSED_SHORT if is_part else Status.CANCELLED, order, by=by, at=at
    )
    reschedule(order)


def end_notice(
    notice: ShipNotice,
    outcome: ShipNoticeStatus,
    order: PurchaseOrder,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Let a locked notice end."""
    notice.become(outcome)
    notice.closed_at = at
    notice.save(update_fields=["status", "closed_at"])
    lines = notice.lines.select_related("sku")
    outbox.publish(
        DeliveryClosed(
            purchase=purchase_brief(
                order, [(line.sku.code, line.sku.name, line.outstanding) for line in lines]
            ),
            by=by.key,
            notice_number=notice.number,
            outcome=outcome,
            occurred_at=at,
        )
    )
    show_at(order.store.code)


def reschedule(order: PurchaseOrder) -> None:
    """Set when the goods are to come: with the announced deliveries, and what nobody
    has announced by the day the order says."""
    parts: dict[int, list[Part]] = {}
    lines = ShipNoticeLine.objects.filter(
        notice__in=ShipNotice.objects.on_the_way().filter(order=order)
    ).select_related("notice")
    for line in lines:
        part = Part(line.notice.expected_at, line.outstanding)
        parts.setdefault(line.sku_id, []).append(part)
    otherwise = day_end(order)
    rows = list(IncomingLine.objects.filter(order_line__order=order).locked())
    for row in rows:
        row.expected_at = latest_needed(parts.get(row.sku_id, []), row.units, otherwise)
    IncomingLine.objects.bulk_update(rows, ["expected_at"])


def _is_known(order: PurchaseOrder, number: str, units: dict[str, int]) -> bool:
    notice = ShipNotice.objects.filter(number=number).first()
    if notice is None:
        return False
    said = dict(notice.lines.values_list("sku__code", "quantity"))
    if notice.order_id != order.pk or said != units:
        raise NumberTaken(field="number", number=number)
    return True


def _refuse_too_many(order: PurchaseOrder, units: dict[str, int]) -> None:
    lines: dict[str, PurchaseOrderLine] = {
        line.sku.code: line for line in order_lines_of(order)
    }
    announced: Counter[str] = Counter()
    notices = ShipNotice.objects.on_the_way().filter(order=order)
    for line in ShipNoticeLine.objects.filter(notice__in=notices).select_related("sku"):
        announced[line.sku.code] += line.outstanding
    for index, (code, number) in enumerate(units.items()):
        known = lines.get(code)
        if known is None:
            raise NotOnOrder(field=f"lines/{index}/sku", sku=code)
        room = known.most - known.received - announced[code]
        if number > room:
            raise MoreThanOrdered(
                field=f"lines/{index}/quantity",
                sku=code,
                wanted=number,
                available=max(0, room),
            )


def _tell_announced(notice: ShipNotice, by: Actor, at: datetime) -> None:
    lines = notice.lines.select_related("sku")
    outbox.publish(
        DeliveryAnnounced(
            purchase=purchase_brief(
                notice.order,
                [(line.sku.code, line.sku.name, line.quantity) for line in lines],
            ),
            by=by.key,
            notice_number=notice.number,
            expected_at=notice.expected_at,
            occurred_at=at,
        )
    )
    show_at(notice.order.store.code)
