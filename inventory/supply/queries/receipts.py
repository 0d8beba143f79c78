"""Questions about receipts, and about what a place waits for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from inventory.lots.queries import lot_rules
from inventory.supply.models import (
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ShipNotice,
    TallyLine,
    Transfer,
)
from inventory.supply.queries.purchases import (
    NoticeView,
    PurchaseView,
    notice_views,
    purchase_views,
)
from inventory.supply.queries.transfers import TransferView, transfer_views
from omniretail.kernel.errors import DomainError, Kind


class ReceiptNotFound(DomainError):
    """There is no such receipt here."""

    kind = Kind.MISSING


class AwaitedNotFound(DomainError):
    """Nothing of this number is on its way here."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class ReceiptLineView:
    """Units of one SKU that came in, in one condition."""

    sku_code: str
    name: str
    condition: str
    quantity: int
    was_lost: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReceiptView:
    """What came in at a place, with which document."""

    number: str
    kind: str
    store_code: str
    document: str
    supplier_code: str
    reference: str
    received_by: str
    at: datetime
    lines: tuple[ReceiptLineView, ...]


@dataclass(frozen=True)
class Awaited:
    """A document with which goods may come to a place now."""

    number: str
    kind: str
    sender: str
    expected_at: datetime | None
    units: int
    lines: tuple[tuple[str, str, int], ...]
    """SKU, name, units that may still come."""


def receipt_view(number: str, *, store_code: str | None = None) -> ReceiptView:
    """One receipt; with a place, only if it was written there.

    Raises:
        ReceiptNotFound: no such receipt, or another place's.
    """
    rows = Receipt.objects.filter(number=number)
    if store_code is not None:
        rows = rows.filter(store__code=store_code)
    found = receipt_views(rows)
    if not found:
        raise ReceiptNotFound(number=number)
    return found[0]


def receipt_views(receipts: Iterable[Receipt]) -> list[ReceiptView]:
    """The rows as values; two queries more, whatever their number."""
    keys = [row.pk for row in receipts]
    homes = Receipt.objects.select_related(
        "store", "order", "notice", "transfer", "supplier"
    )
    known = homes.in_bulk(keys)
    lines: dict[int, list[ReceiptLineView]] = defaultdict(list)
    found = ReceiptLine.objects.filter(receipt__in=keys).select_related("sku")
    for line in found.order_by("receipt_id", "pk"):
        lines[line.receipt_id].append(
            ReceiptLineView(
                sku_code=line.sku.code,
                name=line.sku.name,
                condition=line.condition,
                quantity=line.quantity,
                was_lost=line.was_lost,
                serials=tuple(line.serials),
            )
        )
    return [_view(known[key], tuple(lines[key])) for key in keys]


def awaited_at(store_code: str, *, limit: int = 100) -> list[Awaited]:
    """With what goods may come to a place: announced deliveries, transfers on the road,
    orders nobody has announced anything of; what is expected first comes first."""
    notices = ShipNotice.objects.on_the_way().filter(order__store__code=store_code)
    transfers = Transfer.objects.in_transit().filter(target__code=store_code)
    orders = PurchaseOrder.objects.awaited().filter(store__code=store_code)
    found = [
        *(_notice(one) for one in notice_views(notices.order_by("expected_at")[:limit])),
        *(
            _transfer(one)
            for one in transfer_views(transfers.order_by("expected_at")[:limit])
        ),
    ]
    found.sort(key=lambda one: (one.expected_at is None, one.expected_at, one.number))
    quiet = orders.exclude(notices__in=notices).order_by("expected_on")[:limit]
    return [*found, *(_order(one) for one in purchase_views(quiet))][:limit]


def awaited(store_code: str, number: str) -> Awaited | None:
    """One document with which goods may come to the place, or have come lately."""
    notices = ShipNotice.objects.filter(number=number, order__store__code=store_code)
    for notice in notice_views(notices):
        return _notice(notice)
    transfers = Transfer.objects.filter(
        number=number, target__code=store_code, dispatched_at__isnull=False
    )
    for transfer in transfer_views(transfers):
        return _transfer(transfer)
    orders = PurchaseOrder.objects.filter(
        number=number, store__code=store_code, ordered_at__isnull=False
    )
    for order in purchase_views(orders):
        return _order(order)
    return None


@dataclass(frozen=True)
class TalliedLot:
    """Units counted in one condition, of one lot if the SKU keeps lots, with their serial
    numbers if it has some."""

    condition: str
    lot: str
    expires_on: date | None
    units: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tallied:
    """What a clerk has counted of one SKU, and how many should come."""

    sku_code: str
    name: str
    good: int
    damaged: int
    expected: int | None
    lots: tuple[TalliedLot, ...] = ()
    keeps_lots: bool = False

    @property
    def serials(self) -> tuple[str, ...]:
        """The numbers of all units counted."""
        return tuple(serial for one in self.lots for serial in one.serials)

    @property
    def units(self) -> int:
        """Good and damaged ones."""
        return self.good + self.damaged

    @property
    def is_done(self) -> bool:
        """Whether all that should come is counted."""
        return self.expected is not None and self.units >= self.expected


def tallied(
    store_code: str, employee: str, document: str, found: Awaited | None = None
) -> list[Tallied]:
    """What one clerk has counted for a document, beside what should come with it."""
    expected = {sku: (name, units) for sku, name, units in (found.lines if found else ())}
    counted: dict[str, list[TalliedLot]] = defaultdict(list)
    names = {sku: name for sku, (name, _units) in expected.items()}
    rows = TallyLine.objects.of(store_code, employee, document).select_related("sku")
    for row in rows.order_by("pk"):
        counted[row.sku.code].append(
            TalliedLot(
                row.condition, row.lot, row.expires_on, row.quantity, tuple(row.serials)
            )
        )
        names[row.sku.code] = row.sku.name
    keeping = lot_rules(names)
    return [
        Tallied(
            sku_code=sku,
            name=name,
            good=sum(one.units for one in counted[sku] if one.condition == "GOOD"),
            damaged=sum(one.units for one in counted[sku] if one.condition == "DAMAGED"),
            expected=expected[sku][1] if sku in expected else None,
            lots=tuple(counted[sku]),
            keeps_lots=sku in keeping,
        )
        for sku, name in names.items()
        if sku in counted or expected[sku][1]
    ]


def _view(row: Receipt, lines: tuple[ReceiptLineView, ...]) -> ReceiptView:
    document = row.notice or row.transfer or row.order
    return ReceiptView(
        number=row.number,
        kind=row.kind,
        store_code=row.store.code,
        document=document.number if document else "",
        supplier_code=row.supplier.code if row.supplier else "",
        reference=row.reference,
        received_by=row.received_by,
        at=row.at,
        lines=lines,
    )


def _notice(view: NoticeView) -> Awaited:
    return Awaited(
        number=view.number,
        kind=Receipt.Kind.NOTICE,
        sender=view.supplier_name,
        expected_at=view.expected_at,
        units=view.outstanding,
        lines=tuple((line.sku_code, line.name, line.outstanding) for line in view.lines),
    )


def _transfer(view: TransferView) -> Awaited:
    return Awaited(
        number=view.number,
        kind=Receipt.Kind.TRANSFER,
        sender=view.source_name,
        expected_at=view.expected_at,
        units=view.in_transit,
        lines=tuple((line.sku_code, line.name, line.in_transit) for line in view.lines),
    )


def _order(view: PurchaseView) -> Awaited:
    return Awaited(
        number=view.number,
        kind=Receipt.Kind.ORDER,
        sender=view.supplier_name,
        expected_at=None,
        units=view.outstanding,
        lines=tuple((line.sku_code, line.name, line.outstanding) for line in view.lines),
    )
