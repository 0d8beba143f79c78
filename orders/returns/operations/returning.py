"""Taking goods back: stock in, money and points back, once per unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum

from inventory.lots.operations import restock_by_lots
from inventory.stock.serial_numbers import folded
from omniretail.contracts.orders import LineBrief, OrderReturned
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from orders.fulfilment.models import FulfilmentLine
from orders.fulfilment.models.fulfilment import WITH_THE_CUSTOMER
from orders.fulfilment.parcels import NOTHING, Worth, take_worth
from orders.ordering.briefs import order_brief
from orders.ordering.models import Order, OrderLine
from orders.ordering.operations import lock_order
from orders.payments.operations import want_refund
from orders.returns.models import Disposition, Return, ReturnLine
from orders.returns.operations.serials import Named, Returned, named_units
from stores.network.queries import get_store
from stores.people.queries import NotInYourStore, require
from stores.people.roles import ORDERS_RETURN


class NothingToReturn(DomainError):
    """There is nothing to take back."""

    kind = Kind.CONFLICT


class MoreThanHandedOver(DomainError):
    """Fewer units of this line are with the customer."""

    kind = Kind.CONFLICT
    constraints = ("order_line_returns_no_more_than_handed_over",)


@dataclass(frozen=True)
class ReturnItem:
    """Units of one order line that came back; of serialised goods, which ones."""

    position: int
    quantity: int
    disposition: str = Disposition.RESTOCK
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Part:
    line: OrderLine
    item: ReturnItem
    worth: Worth


@transaction.atomic
def return_order(
    *,
    order_number: str,
    store_code: str,
    by: Actor,
    at: datetime,
    items: Sequence[ReturnItem] | None = None,
    reason: str = "",
) -> Return:
    """The customer brings goods back to any store; without items, everything.

    They go into this store's stock. Money returns to the tenders it came from and
    points as points, exactly what was paid for these units.

    Raises:
        OrderNotFound: no order has this number.
        NotInYourStore: the actor does not work in this store now.
        NothingToReturn: no units are named, or the customer has none (any more).
        MoreThanHandedOver: more units than the customer has.
        SerialsWanted, SerialNotOfOrder: serialised units come back by their numbers.
    """
    require(by, ORDERS_RETURN, store_code, at)
    if by.kind is ActorKind.STAFF and by.store != store_code:
        raise NotInYourStore(store=store_code)
    order = lock_order(order_number)
    lines = {line.position: line for line in order.lines.all()}
    wanted = _wanted(lines, items)
    named = named_units(order, _as_scanned(lines, wanted, items))
    parts = _price(order, lines, wanted)
    record = _record(order, store_code, parts, reason, by, at)
    _give_back(order, record, parts, store_code, named, by, at)
    _tell(order, record, parts, store_code, by, at)
    return record


def _wanted(
    lines: dict[int, OrderLine], items: Sequence[ReturnItem] | None
) -> list[ReturnItem]:
    """Which units come back; refused when the customer does not have them."""
    if items == [] or not any(_with_customer(line) for line in lines.values()):
        raise NothingToReturn
    if items is None:
        return [
            ReturnItem(position, _with_customer(line))
            for position, line in sorted(lines.items())
            if _with_customer(line)
        ]
    for index, item in enumerate(items):
        line = lines.get(item.position)
        left = _with_customer(line) if line else 0
        if not 0 < item.quantity <= left:
            raise MoreThanHandedOver(
                field=f"lines/{index}/quantity", position=item.position, left=left
            )
    return sorted(items, key=lambda item: item.position)


def _as_scanned(
    lines: dict[int, OrderLine],
    wanted: Sequence[ReturnItem],
    items: Sequence[ReturnItem] | None,
) -> list[Returned]:
    """The units as they were scanned, each with its place in the request."""
    places = {item.position: index for index, item in enumerate(items or ())}
    return [
        Returned(
            lines[item.position].sku_code,
            item.quantity,
            item.disposition,
            item.serials,
            f"lines/{places[item.position]}/serials" if places else "lines",
        )
        for item in wanted
    ]


def _with_customer(line: OrderLine) -> int:
    return line.fulfilled_quantity - line.returned_quantity


def _price(
    order: Order, lines: dict[int, OrderLine], items: Iterable[ReturnItem]
) -> list[_Part]:
    """What was paid for the units: the last ones take whatever is left of it."""
    paid, refunded = _paid(order), _refunded(order)
    parts = []
    for item in items:
        line = lines[item.position]
        left = paid.get(line.pk, NOTHING) - refunded.get(line.pk, NOTHING)
        worth = take_worth(left, item.quantity, _with_customer(line), order.currency)
        parts.append(_Part(line, item, worth))
    return parts


def _paid(order: Order) -> dict[int, Worth]:
    handed_over = FulfilmentLine.objects.filter(
        order_line__order=order, fulfilment__status__in=WITH_THE_CUSTOMER
    )
    sums = handed_over.values_list("order_line").annotate(
        Sum("net_amount"), Sum("points_amount")
    )
    return {pk: Worth(net, points) for pk, net, points in sums}


def _refunded(order: Order) -> dict[int, Worth]:
    sums = (
        ReturnLine.objects.filter(order_line__order=order)
        .values_list("order_line")
        .annotate(Sum("refund_amount"), Sum("points_amount"))
    )
    return {pk: Worth(net, points) for pk, net, points in sums}


def _record(
    order: Order,
    store_code: str,
    parts: list[_Part],
    reason: str,
    by: Actor,
    at: datetime,
) -> Return:
    record = Return.objects.create(
        number=new_number("RET"),
        order=order,
        store_id=get_store(store_code).id,
        received_at=at,
        received_by=by.key,
        reason=reason,
        refund_amount=_total(parts).net_amount,
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(
            of_return=record,
            order_line=part.line,
            quantity=part.item.quantity,
            disposition=part.item.disposition,
            serials=[folded(text) for text in part.item.serials],
            refund_amount=part.worth.net_amount,
            points_amount=part.worth.points_amount,
        )
        for part in parts
    )
    for part in parts:
        OrderLine.objects.filter(pk=part.line.pk).update(
            returned_quantity=F("returned_quantity") + part.item.quantity
        )
    return record


def _give_back(
    order: Order,
    record: Return,
    parts: list[_Part],
    store_code: str,
    named: Named,
    by: Actor,
    at: datetime,
) -> None:
    earlier = Return.objects.filter(order=order).exclude(pk=record.pk)
    restock_by_lots(
        store_code=store_code,
        lines=[
            (part.line.sku_code, part.item.quantity, part.item.disposition)
            for part in parts
        ],
        sold=[order.number],
        returned=earlier.values_list("number", flat=True),
        reference=record.number,
        serials=named,
        by=by,
        at=at,
    )
    total = _total(parts)  # stock before points: the lock order
    if total.net_amount:
        want_refund(
            order=order,
            amount=total.money_amount,
            points_amount=total.points_amount,
            reference=record.number,
            at=at,
        )


def _tell(
    order: Order,
    record: Return,
    parts: list[_Part],
    store_code: str,
    by: Actor,
    at: datetime,
) -> None:
    outbox.publish(
        OrderReturned(
            order=order_brief(order),
            return_number=record.number,
            store_code=store_code,
            sold_by_stores=_sold_by(order, parts),
            lines=tuple(
                LineBrief(
                    line=part.line.position,
                    sku_code=part.line.sku_code,
                    name=part.line.name,
                    quantity=part.item.quantity,
                    net_amount=part.worth.net_amount,
                    points_amount=part.worth.points_amount,
                )
                for part in parts
            ),
            refund_amount=record.refund_amount,
            by=by.key,
            occurred_at=at,
        )
    )


def _sold_by(order: Order, parts: list[_Part]) -> tuple[str, ...]:
    """The stores the sale counts for: where it was taken, else where it left from."""
    if order.taken_at_store is not None:
        return (order.taken_at_store.code,)
    left_from = FulfilmentLine.objects.filter(
        order_line__in=[part.line.pk for part in parts],
        fulfilment__status__in=WITH_THE_CUSTOMER,
    )
    codes = left_from.values_list("fulfilment__store__code", flat=True)
    return tuple(sorted(set(codes)))


def _total(parts: list[_Part]) -> Worth:
    return sum((part.worth for part in parts), NOTHING)
