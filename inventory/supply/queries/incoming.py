"""Questions about what is still to come, and who waits for it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from inventory.supply.models import (
    DatedPromise,
    IncomingLine,
    ShipNotice,
    ShipNoticeLine,
)
from inventory.supply.promising import Part, spread


@dataclass(frozen=True)
class Incoming:
    """Units of one SKU that a document brings to a place by a moment, and how many of
    them may still be promised."""

    store_code: str
    sku_code: str
    document: str
    kind: str
    expected_at: datetime
    quantity: int
    free: int


@dataclass(frozen=True)
class DatedSlip:
    """What is kept of what is to come: for whom, how many, by when."""

    reference: str
    owner: str
    line: str
    store_code: str
    sku_code: str
    document: str
    quantity: int
    status: str
    promised_for: datetime


def incoming(
    sku_codes: Collection[str],
    store_codes: Collection[str],
    *,
    at: datetime,
    limit: int = 1000,
) -> list[Incoming]:
    """What is to come of these SKUs at these places, by when it comes. What a supplier
    has announced comes when announced, the rest of its order on the order's day. Of what
    is overdue by now nothing is free: it has no date to promise."""
    rows = (
        IncomingLine.objects.filter(
            sku__code__in=sku_codes, store__code__in=store_codes, units__gt=0
        )
        .select_related("sku", "store", "order_line__order", "transfer_line__transfer")
        .order_by("expected_at", "pk")[:limit]
    )
    found = list(rows)
    orders = [row.order_line.order_id for row in found if row.order_line]
    announced = _announced(orders)
    views = [view for row in found for view in _views(row, announced, at)]
    return sorted(views, key=lambda one: (one.expected_at, one.store_code, one.sku_code))


def dated_slips(reference: str) -> list[DatedSlip]:
    """All that was ever promised by date under a reference, in the order of asking."""
    rows = DatedPromise.objects.filter(reference=reference).select_related(
        "incoming__sku",
        "incoming__store",
        "incoming__order_line__order",
        "incoming__transfer_line__transfer",
    )
    return [
        DatedSlip(
            reference=row.reference,
            owner=row.owner,
            line=row.line,
            store_code=row.incoming.store.code,
            sku_code=row.incoming.sku.code,
            document=document_of(row.incoming),
            quantity=row.quantity,
            status=row.status,
            promised_for=row.promised_for,
        )
        for row in rows.order_by("created_at", "pk")
    ]


def document_of(row: IncomingLine) -> str:
    """The number of what the goods come with."""
    if row.order_line is not None:
        return row.order_line.order.number
    assert row.transfer_line is not None  # noqa: S101 - the database says so
    return row.transfer_line.transfer.number


def _announced(orders: Collection[int]) -> dict[tuple[int, int], list[Part]]:
    """What is announced of each order and SKU."""
    parts: dict[tuple[int, int], list[Part]] = defaultdict(list)
    notices = ShipNotice.objects.on_the_way().filter(order__in=orders)
    lines = ShipNoticeLine.objects.filter(notice__in=notices).select_related("notice")
    for line in lines:
        part = Part(line.notice.expected_at, line.outstanding)
        parts[line.notice.order_id, line.sku_id].append(part)
    return parts


def _views(
    row: IncomingLine, announced: dict[tuple[int, int], list[Part]], at: datetime
) -> list[Incoming]:
    order = row.order_line.order if row.order_line else None
    parts = announced.get((order.pk, row.sku_id), []) if order else []
    promised = row.promised
    views = []
    for part in spread(parts, row.units, row.expected_at):
        taken = min(promised, part.units)
        promised -= taken
        views.append(
            Incoming(
                store_code=row.store.code,
                sku_code=row.sku.code,
                document=document_of(row),
                kind="ORDER" if order else "TRANSFER",
                expected_at=part.at,
                quantity=part.units,
                free=part.units - taken if row.expected_at > at else 0,
            )
        )
    return views
