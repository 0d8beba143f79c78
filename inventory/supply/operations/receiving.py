"""Goods come from suppliers: for an order, as announced, or blind."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from inventory.catalogue.models import Sku
from inventory.stock.demand import summed
from inventory.stock.models import Bucket
from inventory.stock.operations import Move, MovementKind, move_stock, opened_levels
from inventory.supply.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ShipNotice,
    ShipNoticeLine,
    Supplier,
)
from inventory.supply.models.purchases import AWAITED
from inventory.supply.operations.announcing import (
    MoreThanOrdered,
    NotAwaited,
    NotOnOrder,
    end_notice,
    reschedule,
)
from inventory.supply.operations.expecting import (
    Change,
    Occasion,
    locked_expected,
    settle_expected,
)
from inventory.supply.operations.looking_up import (
    checked,
    locked_notice,
    locked_order,
    order_lines_of,
)
from inventory.supply.operations.lots import Lots, by_lots
from inventory.supply.operations.purchasing import SupplierNotFound, end_order
from inventory.supply.operations.serials import named
from inventory.supply.operations.writing import (
    Booked,
    Taking,
    earlier_receipt,
    new_receipt_number,
    told_before,
    write_receipt,
)
from inventory.supply.quantities import Arrived, Condition, Counted, arrivals
from omniretail.kernel.actors import Actor, ActorKind
from stores.network.queries import StoreNotFound, get_store
from stores.people.queries import require
from stores.people.roles import SUPPLY_MOVE

Status = PurchaseOrder.Status


@transaction.atomic
def receive_order(
    *, number: str, lines: Sequence[Counted], by: Actor, at: datetime, reference: str = ""
) -> str:
    """Goods of an order come: good ones onto the shelf, damaged ones to quarantine.

    Answers the receipt's number; the same reference with the same goods answers the
    same receipt.

    Raises:
        PurchaseOrderNotFound: no such order, or it goes to another place.
        NotAwaited: it is not placed, or closed.
        NotOnOrder, MoreThanOrdered: `field` names the line at fault.
        AlreadyReceived: the reference stands for another receipt.
        NothingListed, QuantityOutOfRange, SkuNotFound.
        SerialsWanted, SerialTwice, SerialElsewhere: serialised units come by number.
    """
    order = locked_order(number, permission=SUPPLY_MOVE, by=by, at=at)
    taking = Taking(
        Receipt.Kind.ORDER,
        order.store_id,
        order.store.code,
        reference,
        order=order,
        supplier=order.supplier,
        lines=lines,
    )
    return _receive(taking, order, by, at)


@transaction.atomic
def receive_delivery(
    *, number: str, lines: Sequence[Counted], by: Actor, at: datetime, reference: str = ""
) -> str:
    """Goods of an announced delivery come, by the number on its note.

    Raises:
        ShipNoticeNotFound: no such delivery, or it goes to another place.
        NotAwaited: it has come already, or its order is closed.
        NotOnOrder, MoreThanOrdered, AlreadyReceived.
        NothingListed, QuantityOutOfRange, SkuNotFound.
        SerialsWanted, SerialTwice, SerialElsewhere: serialised units come by number.
    """
    order, notice = locked_notice(number, permission=SUPPLY_MOVE, by=by, at=at)
    taking = Taking(
        Receipt.Kind.NOTICE,
        order.store_id,
        order.store.code,
        reference,
        order=order,
        notice=notice,
        supplier=order.supplier,
        lines=lines,
    )
    return _receive(taking, order, by, at)


@transaction.atomic
def receive_blind(
    *,
    store_code: str,
    lines: Sequence[Counted],
    by: Actor,
    at: datetime,
    reference: str = "",
    supplier_code: str = "",
) -> str:
    """Goods come that nobody ordered or announced here.

    Raises:
        StoreNotFound: no such place, or another one than the employee's.
        SupplierNotFound, AlreadyReceived.
        NothingListed, QuantityOutOfRange, SkuNotFound.
        SerialsWanted, SerialTwice, SerialElsewhere: serialised units come by number.
    """
    checked(lines)
    if by.kind is ActorKind.STAFF and by.store != store_code:
        raise StoreNotFound(field="store", store=store_code)
    store = get_store(store_code)
    require(by, SUPPLY_MOVE, store_code, at)
    supplier = Supplier.objects.filter(code=supplier_code).first()
    if supplier_code and supplier is None:
        raise SupplierNotFound(field="supplier", supplier=supplier_code)
    taking = Taking(
        Receipt.Kind.BLIND,
        store.id,
        store.code,
        reference,
        supplier=supplier,
        lines=lines,
    )
    if again := told_before(taking):
        return again
    sorted_ = by_lots(store.code, lines, at=at)
    come = arrivals(named(sorted_.lines))
    if earlier := earlier_receipt(taking, come, sorted_.lots):
        return earlier
    rows = Sku.objects.filter(code__in=[one.sku_code for one in come])
    skus = {row.code: row for row in rows}
    booked = [Booked(skus[one.sku_code].pk, skus[one.sku_code].name, one) for one in come]
    receipt = new_receipt_number()
    _take_in(store.code, booked, sorted_.lots, receipt, by, at)
    write_receipt(taking, booked, receipt, by=by, at=at)
    return receipt


def _receive(taking: Taking, order: PurchaseOrder, by: Actor, at: datetime) -> str:
    checked(taking.lines)
    if again := told_before(taking):
        return again
    sorted_ = by_lots(order.store.code, taking.lines, at=at)
    come = arrivals(named(sorted_.lines))
    if earlier := earlier_receipt(taking, come, sorted_.lots):
        return earlier
    notice = taking.notice
    if order.status not in AWAITED or (notice is not None and notice.closed_at is not None):
        raise NotAwaited(number=taking.document)
    rows = order_lines_of(order)
    booked = _book(rows, come)
    expected = locked_expected(rows)
    receipt = new_receipt_number()
    _take_in(order.store.code, booked, sorted_.lots, receipt, by, at)
    write_receipt(taking, booked, receipt, by=by, at=at)
    good = {one.sku_id: one.arrived.good for one in booked}
    settle_expected(
        expected,
        {row.pk: Change(good.get(row.sku_id, 0), row.outstanding) for row in rows},
        Occasion(order.store.code, taking.document, "damaged", by, at),
    )
    if notice is not None:
        _count_off(notice, order, booked, by, at)
    if any(row.outstanding for row in rows):
        if order.status != Status.PARTLY_RECEIVED:
            order.become(Status.PARTLY_RECEIVED)
            order.save(update_fields=["status"])
        reschedule(order)
    else:
        end_order(order, Status.RECEIVED, "", by=by, at=at)
    return receipt


def _book(rows: Sequence[PurchaseOrderLine], come: Sequence[Arrived]) -> list[Booked]:
    by_sku = {row.sku.code: row for row in rows}
    for one in come:
        if one.sku_code not in by_sku:
            raise NotOnOrder(field=f"lines/{one.index}/sku", sku=one.sku_code)
    taken = PurchaseOrderLine.objects.receive(
        [(by_sku[one.sku_code].pk, one.units) for one in come]
    )
    for one in come:
        row = by_sku[one.sku_code]
        if row.pk not in taken:
            raise MoreThanOrdered(
                field=one.field,
                sku=one.sku_code,
                wanted=one.units,
                available=row.most - row.received,
            )
        row.received += one.units
    return [
        Booked(by_sku[one.sku_code].sku_id, by_sku[one.sku_code].sku.name, one)
        for one in come
    ]


def _count_off(
    notice: ShipNotice,
    order: PurchaseOrder,
    booked: Sequence[Booked],
    by: Actor,
    at: datetime,
) -> None:
    """Note on the delivery what of it has come; what it did not name counts for the
    order only."""
    units = {one.sku_id: one.arrived.units for one in booked}
    lines = list(notice.lines.select_related("sku"))
    for line in lines:
        line.received += units.get(line.sku_id, 0)
    ShipNoticeLine.objects.bulk_update(lines, ["received"])
    if not any(line.outstanding for line in lines):
        end_notice(notice, ShipNotice.Status.RECEIVED, order, by=by, at=at)
    elif notice.status != ShipNotice.Status.PARTLY_RECEIVED:
        notice.become(ShipNotice.Status.PARTLY_RECEIVED)
        notice.save(update_fields=["status"])


def _take_in(
    store_code: str,
    booked: Sequence[Booked],
    lots: Lots,
    receipt: str,
    by: Actor,
    at: datetime,
) -> None:
    levels = opened_levels(
        summed(((store_code, one.arrived.sku_code), one.arrived.units) for one in booked)
    )
    move_stock(
        moves=[
            Move(
                levels[store_code, one.arrived.sku_code],
                units,
                Bucket.SUPPLIER,
                Bucket.ON_HAND if condition is Condition.GOOD else Bucket.QUARANTINE,
                line=condition,
                field=one.arrived.field,
                serials=one.arrived.serials(condition),
                lots=lots.get((one.arrived.sku_code, condition)),
            )
            for one in booked
            for condition, units, _lost in one.parts()
        ],
        kind=MovementKind.RECEIPT,
        reference=receipt,
        by=by,
        at=at,
    )
