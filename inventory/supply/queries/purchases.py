"""Questions about orders to suppliers and announced deliveries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from inventory.supply.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    ShipNotice,
    ShipNoticeLine,
)
from omniretail.kernel.errors import DomainError, Kind


class PurchaseOrderNotFound(DomainError):
    """There is no such order to a supplier here."""

    kind = Kind.MISSING


class ShipNoticeNotFound(DomainError):
    """No such delivery is announced here."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class PurchaseLineView:
    """Units of one SKU that a supplier is to deliver."""

    sku_code: str
    name: str
    quantity: int
    most: int
    received: int
    outstanding: int
    unit_cost: Decimal | None


@dataclass(frozen=True)
class PurchaseView:
    """An order to a supplier, and how far each of its lines is."""

    number: str
    supplier_code: str
    supplier_name: str
    store_code: str
    currency: str
    status: str
    expected_on: date
    created_at: datetime
    created_by: str
    ordered_at: datetime | None
    ordered_by: str
    closed_at: datetime | None
    close_reason: str
    lines: tuple[PurchaseLineView, ...]

    @property
    def outstanding(self) -> int:
        """Units that may still come."""
        return sum(line.outstanding for line in self.lines)


@dataclass(frozen=True)
class NoticeLineView:
    """Units of one SKU in an announced delivery."""

    sku_code: str
    name: str
    quantity: int
    received: int
    outstanding: int


@dataclass(frozen=True)
class NoticeView:
    """An announced delivery, and what of it has come."""

    number: str
    order_number: str
    supplier_code: str
    supplier_name: str
    store_code: str
    status: str
    expected_at: datetime
    carrier: str
    tracking_number: str
    announced_at: datetime
    closed_at: datetime | None
    lines: tuple[NoticeLineView, ...]

    @property
    def outstanding(self) -> int:
        """Units that may still come."""
        return sum(line.outstanding for line in self.lines)


_OF_ORDER = {"supplier_code", "supplier_name", "store_code", "order_number", "lines"}
_PLAIN = [name for name in PurchaseView.__dataclass_fields__ if name not in _OF_ORDER]
_PLAIN_NOTICE = [name for name in NoticeView.__dataclass_fields__ if name not in _OF_ORDER]


def purchase_view(number: str, *, store_code: str | None = None) -> PurchaseView:
    """One order to a supplier; with a place, only if it goes there.

    Raises:
        PurchaseOrderNotFound: no such order, or it goes elsewhere.
    """
    rows = PurchaseOrder.objects.filter(number=number)
    if store_code is not None:
        rows = rows.filter(store__code=store_code)
    found = purchase_views(rows)
    if not found:
        raise PurchaseOrderNotFound(number=number)
    return found[0]


def purchase_views(orders: Iterable[PurchaseOrder]) -> list[PurchaseView]:
    """The rows as values; two queries more, whatever their number."""
    keys = [row.pk for row in orders]
    known = PurchaseOrder.objects.select_related("supplier", "store").in_bulk(keys)
    lines: dict[int, list[PurchaseLineView]] = defaultdict(list)
    found = PurchaseOrderLine.objects.filter(order__in=keys).select_related("sku")
    for line in found.order_by("order_id", "position"):
        lines[line.order_id].append(_line(line))
    return [_view(known[key], tuple(lines[key])) for key in keys]


def notice_view(number: str, *, store_code: str | None = None) -> NoticeView:
    """One announced delivery; with a place, only if it goes there.

    Raises:
        ShipNoticeNotFound: no such delivery, or it goes elsewhere.
    """
    rows = ShipNotice.objects.filter(number=number)
    if store_code is not None:
        rows = rows.filter(order__store__code=store_code)
    found = notice_views(rows)
    if not found:
        raise ShipNoticeNotFound(number=number)
    return found[0]


def notice_views(notices: Iterable[ShipNotice]) -> list[NoticeView]:
    """The rows as values; two queries more, whatever their number."""
    keys = [row.pk for row in notices]
    homes = ShipNotice.objects.select_related("order__supplier", "order__store")
    known = homes.in_bulk(keys)
    lines: dict[int, list[NoticeLineView]] = defaultdict(list)
    found = ShipNoticeLine.objects.filter(notice__in=keys).select_related("sku")
    for line in found.order_by("notice_id", "pk"):
        lines[line.notice_id].append(
            NoticeLineView(
                sku_code=line.sku.code,
                name=line.sku.name,
                quantity=line.quantity,
                received=line.received,
                outstanding=line.outstanding,
            )
        )
    return [_notice(known[key], tuple(lines[key])) for key in keys]


def _view(row: PurchaseOrder, lines: tuple[PurchaseLineView, ...]) -> PurchaseView:
    return PurchaseView(
        supplier_code=row.supplier.code,
        supplier_name=row.supplier.name,
        store_code=row.store.code,
        lines=lines,
        **{name: getattr(row, name) for name in _PLAIN},
    )


def _line(line: PurchaseOrderLine) -> PurchaseLineView:
    return PurchaseLineView(
        sku_code=line.sku.code,
        name=line.sku.name,
        quantity=line.quantity,
        most=line.most,
        received=line.received,
        outstanding=line.outstanding,
        unit_cost=line.unit_cost_amount,
    )


def _notice(row: ShipNotice, lines: tuple[NoticeLineView, ...]) -> NoticeView:
    return NoticeView(
        order_number=row.order.number,
        supplier_code=row.order.supplier.code,
        supplier_name=row.order.supplier.name,
        store_code=row.order.store.code,
        lines=lines,
        **{name: getattr(row, name) for name in _PLAIN_NOTICE},
    )
