"""Writing a receipt down, once per reference."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from inventory.stock.models import Bucket, StockMovement
from inventory.stock.operations import MovementKind
from inventory.supply.models import (
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ShipNotice,
    Supplier,
    Transfer,
)
from inventory.supply.operations.lots import Lots
from inventory.supply.operations.telling import show_at
from inventory.supply.quantities import Arrived, Condition, Counted, fingerprint
from omniretail.contracts.inventory import GoodsReceived, SupplyLine
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from omniretail.kernel.codes import new_number
from omniretail.kernel.errors import DomainError, Kind


class AlreadyReceived(DomainError):
    """Something else was received under this reference."""

    kind = Kind.CONFLICT
    constraints = ("one_receipt_per_place_and_reference",)


@dataclass(frozen=True)
class Taking:
    """What is being received, as it was told, where, for which document."""

    kind: Receipt.Kind
    store_id: int
    store_code: str
    reference: str
    order: PurchaseOrder | None = None
    notice: ShipNotice | None = None
    transfer: Transfer | None = None
    supplier: Supplier | None = None
    lines: Sequence[Counted] = ()

    @property
    def document(self) -> str:
        """The number of what the goods came with."""
        found = self.notice or self.transfer or self.order
        return found.number if found else ""


@dataclass(frozen=True)
class Booked:
    """What came of one SKU, and how much of it was given up for lost before."""

    sku_id: int
    sku_name: str
    arrived: Arrived
    lost_good: int = 0
    lost_damaged: int = 0

    def parts(self) -> Iterable[tuple[Condition, int, int]]:
        """Condition, units, of them lost before."""
        if self.arrived.good:
            yield Condition.GOOD, self.arrived.good, self.lost_good
        if self.arrived.damaged:
            yield Condition.DAMAGED, self.arrived.damaged, self.lost_damaged


def told_before(taking: Taking) -> str | None:
    """The number of the receipt that these very words became when they were told first.
    What has changed since does not make another receipt of it: a lot that may not be sold
    any more, units that are not on the road any more."""
    if not taking.reference:
        return None
    rows = Receipt.objects.filter(
        store=taking.store_id,
        reference=taking.reference,
        kind=taking.kind,
        order=taking.order,
        notice=taking.notice,
        transfer=taking.transfer,
        told=fingerprint(taking.lines),
    )
    return rows.values_list("number", flat=True).first()


def earlier_receipt(taking: Taking, arrived: Sequence[Arrived], lots: Lots) -> str | None:
    """The number of the receipt that was written for the same reference before, and says
    the same in other words.

    Raises:
        AlreadyReceived: that receipt says something else: of another document, other
            units, other serial numbers or other lots.
    """
    if not taking.reference:
        return None
    rows = Receipt.objects.filter(store=taking.store_id, reference=taking.reference)
    receipt = rows.select_related("transfer").first()
    if receipt is None:
        return None
    wanted = {
        (one.sku_code, condition): (units, sorted(one.serials(condition)))
        for one in arrived
        for condition, units in (
            (Condition.GOOD, one.good),
            (Condition.DAMAGED, one.damaged),
        )
        if units
    }
    lines = receipt.lines.select_related("sku")
    said = {
        (line.sku.code, line.condition): (line.quantity, sorted(line.serials))
        for line in lines
    }
    same = said == wanted
    document = (receipt.kind, receipt.order_id, receipt.notice_id, receipt.transfer_id)
    asked = [one.pk if one else None for one in _documents(taking)]
    if not same or document != (taking.kind, *asked) or _lots_named(receipt) != lots:
        raise AlreadyReceived(reference=taking.reference, receipt=receipt.number)
    return receipt.number


def _lots_named(receipt: Receipt) -> Lots:
    """The lots that were named when the receipt was written."""
    rows = StockMovement.objects.filter(kind=MovementKind.RECEIPT, lots__isnull=False)
    if receipt.transfer is None:
        rows = rows.filter(reference=receipt.number)
    else:
        own = f"{receipt.number}:"
        rows = rows.filter(reference=receipt.transfer.number, line__startswith=own)
    found: dict[tuple[str, Condition], Counter[str]] = {}
    for sku, target, named in rows.values_list("sku__code", "target", "lots"):
        is_good = target == Bucket.ON_HAND
        cell = sku, Condition.GOOD if is_good else Condition.DAMAGED
        found.setdefault(cell, Counter()).update(named)
    return found


def write_receipt(
    taking: Taking, booked: Sequence[Booked], number: str, *, by: Actor, at: datetime
) -> None:
    """Write down what came, and tell it."""
    receipt = Receipt.objects.create(
        number=number,
        kind=taking.kind,
        store_id=taking.store_id,
        order=taking.order,
        notice=taking.notice,
        transfer=taking.transfer,
        supplier=taking.supplier,
        reference=taking.reference or number,
        told=fingerprint(taking.lines),
        received_by=by.key,
        at=at,
    )
    ReceiptLine.objects.bulk_create(
        ReceiptLine(
            receipt=receipt,
            sku_id=one.sku_id,
            condition=condition,
            quantity=units,
            was_lost=lost,
            serials=list(one.arrived.serials(condition)),
        )
        for one in booked
        for condition, units, lost in one.parts()
    )
    outbox.publish(
        GoodsReceived(
            receipt_number=number,
            kind=taking.kind,
            store_code=taking.store_code,
            document=taking.document,
            good=_lines(booked, Condition.GOOD),
            damaged=_lines(booked, Condition.DAMAGED),
            by=by.key,
            occurred_at=at,
        )
    )
    show_at(taking.store_code)


def new_receipt_number() -> str:
    """A number for a receipt that is about to be written."""
    return new_number("G")


def _documents(
    taking: Taking,
) -> tuple[PurchaseOrder | None, ShipNotice | None, Transfer | None]:
    return taking.order, taking.notice, taking.transfer


def _lines(booked: Sequence[Booked], condition: Condition) -> tuple[SupplyLine, ...]:
    return tuple(
        SupplyLine(one.arrived.sku_code, one.sku_name, units)
        for one in booked
        for kind, units, _lost in one.parts()
        if kind == condition
    )
