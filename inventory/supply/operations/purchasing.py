"""Goods are ordered from a supplier, and orders end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from inventory.promises.operations import PlaceClosed
from inventory.supply.models import PurchaseOrder, PurchaseOrderLine, ShipNotice, Supplier
from inventory.supply.models.purchases import PurchaseOrderStatus
from inventory.supply.operations.expecting import (
    Change,
    Occasion,
    expect_order,
    locked_expected,
    settle_expected,
)
from inventory.supply.operations.looking_up import checked, locked_order, order_lines_of
from inventory.supply.operations.telling import purchase_brief, show_at
from inventory.supply.operations.transferring import ReasonMissing
from inventory.supply.quantities import Wanted
from inventory.supply.tolerances import least_units, most_units
from omniretail.contracts.inventory import PurchaseClosed, PurchaseOrdered
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind
from stores.network.queries import StoreNotFound, get_store
from stores.people.queries import require
from stores.people.roles import SUPPLY_APPROVE, SUPPLY_ORDER

Status = PurchaseOrder.Status


class SupplierNotFound(DomainError):
    """There is no such supplier."""

    kind = Kind.MISSING


class SupplierStopped(DomainError):
    """This supplier does not deliver any more."""

    kind = Kind.CONFLICT


class NumberTaken(DomainError):
    """There is a document of this number already."""

    kind = Kind.CONFLICT
    constraints = (
        "inventory_purchaseorder_number_key",
        "inventory_shipnotice_number_key",
    )


class SkuListedTwice(DomainError):
    """An order names each article once."""

    constraints = ("purchase_order_names_a_sku_once",)


@dataclass(frozen=True)
class Purchase:
    """Units of one SKU to order, and what one costs."""

    sku_code: str
    quantity: int
    unit_cost: Decimal | None = None


@transaction.atomic
def draft_purchase_order(
    *,
    supplier_code: str,
    store_code: str,
    lines: Sequence[Purchase],
    by: Actor,
    at: datetime,
    number: str = "",
    expected_on: date | None = None,
) -> str:
    """Write down what is to be ordered; answers the order's number.

    How much more may come is fixed here, from the supplier's tolerance; without a date
    the goods are expected after the supplier's lead time.

    Raises:
        SupplierNotFound, SupplierStopped, StoreNotFound, PlaceClosed, NumberTaken.
        SkuListedTwice, NothingListed, QuantityOutOfRange, SkuNotFound.
        NotYourRole: head office orders.
    """
    known = checked([Wanted(line.sku_code, line.quantity) for line in lines])
    _refuse_repeats(lines)
    supplier = _supplier(supplier_code)
    try:
        place = get_store(store_code)
    except StoreNotFound:
        raise StoreNotFound(field="store", store=store_code) from None
    require(by, SUPPLY_ORDER, store_code, at)
    if not place.is_trading_on(at.date()):
        raise PlaceClosed(field="store", store=store_code)
    if number and PurchaseOrder.objects.filter(number=number).exists():
        raise NumberTaken(field="number", number=number)
    order = PurchaseOrder.objects.create(
        number=number or new_number("P"),
        supplier=supplier,
        store_id=place.id,
        currency=place.currency,
        expected_on=expected_on or at.date() + timedelta(days=supplier.lead_time_days),
        under_percent=supplier.under_percent,
        created_at=at,
        created_by=by.key,
    )
    PurchaseOrderLine.objects.bulk_create(
        PurchaseOrderLine(
            order=order,
            position=position,
            sku_id=known[line.sku_code],
            quantity=line.quantity,
            most=most_units(line.quantity, supplier.over_percent),
            unit_cost_amount=line.unit_cost,
        )
        for position, line in enumerate(lines, start=1)
    )
    return order.number


@transaction.atomic
def place_purchase_order(*, number: str, by: Actor, at: datetime) -> None:
    """The supplier is asked to deliver: from now on the goods are to come.

    Raises:
        PurchaseOrderNotFound, IllegalTransition, NotYourRole.
    """
    order = locked_order(number, permission=SUPPLY_ORDER, by=by, at=at)
    order.become(Status.ORDERED)
    order.ordered_at, order.ordered_by = at, by.key
    order.save(update_fields=["status", "ordered_at", "ordered_by"])
    lines = order_lines_of(order)
    expect_order(order, lines)
    outbox.publish(
        PurchaseOrdered(
            purchase=purchase_brief(
                order, [(line.sku.code, line.sku.name, line.quantity) for line in lines]
            ),
            by=by.key,
            expected_on=order.expected_on,
            occurred_at=at,
        )
    )
    show_at(order.store.code)


@transaction.atomic
def cancel_purchase_order(*, number: str, reason: str, by: Actor, at: datetime) -> None:
    """The goods are not wanted, and none has come yet.

    Raises:
        PurchaseOrderNotFound, IllegalTransition, ReasonMissing, NotYourRole.
    """
    order = locked_order(number, permission=SUPPLY_ORDER, by=by, at=at)
    end_order(order, Status.CANCELLED, reason, by=by, at=at)


@transaction.atomic
def close_purchase_order(*, number: str, reason: str, by: Actor, at: datetime) -> str:
    """Nothing more will come; answers whether that is enough (RECEIVED, where the
    tolerance covers what is missing) or too little (CLOSED_SHORT).

    Raises:
        PurchaseOrderNotFound, IllegalTransition, ReasonMissing, NotYourRole.
    """
    order = locked_order(number, permission=SUPPLY_APPROVE, by=by, at=at)
    is_enough = all(
        line.received >= least_units(line.quantity, order.under_percent)
        for line in order_lines_of(order)
    )
    outcome = Status.RECEIVED if is_enough else Status.CLOSED_SHORT
    end_order(order, outcome, reason, by=by, at=at)
    return str(outcome)


def end_order(
    order: PurchaseOrder,
    outcome: PurchaseOrderStatus,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Let a locked order end: nothing is to come any more, and it is told what is
    missing."""
    if outcome != Status.RECEIVED and not reason.strip():
        raise ReasonMissing(field="reason")
    order.become(outcome)
    order.closed_at, order.closed_by = at, by.key
    order.close_reason = reason.strip()[:200]
    order.save(update_fields=["status", "closed_at", "closed_by", "close_reason"])
    notices = _end_notices(order, at)
    lines = order_lines_of(order)
    expected = locked_expected(lines)
    on = Occasion(order.store.code, order.number, str(outcome).lower(), by, at)
    settle_expected(expected, {line.pk: Change(0, 0) for line in lines}, on)
    outbox.publish(
        PurchaseClosed(
            purchase=purchase_brief(
                order, [(line.sku.code, line.sku.name, line.outstanding) for line in lines]
            ),
            by=by.key,
            outcome=outcome,
            reason=order.close_reason,
            notices=notices,
            occurred_at=at,
        )
    )
    show_at(order.store.code)


def _end_notices(order: PurchaseOrder, at: datetime) -> tuple[str, ...]:
    steps = ShipNotice.Status
    notices = list(ShipNotice.objects.on_the_way().filter(order=order).locked())
    for notice in notices:
        part = notice.status == steps.PARTLY_RECEIVED
        notice.become(steps.CLOSED_SHORT if part else steps.CANCELLED)
        notice.closed_at = at
        notice.save(update_fields=["status", "closed_at"])
    return tuple(notice.number for notice in notices)


def _refuse_repeats(lines: Sequence[Purchase]) -> None:
    seen: set[str] = set()
    for index, line in enumerate(lines):
        if line.sku_code in seen:
            raise SkuListedTwice(field=f"lines/{index}/sku", sku=line.sku_code)
        seen.add(line.sku_code)


def _supplier(code: str) -> Supplier:
    supplier = Supplier.objects.filter(code=code).first()
    if supplier is None:
        raise SupplierNotFound(field="supplier", supplier=code)
    if not supplier.is_active:
        raise SupplierStopped(field="supplier", supplier=code)
    return supplier
