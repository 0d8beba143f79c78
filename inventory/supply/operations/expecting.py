"""What is still to come, kept in step with its documents; and those who wait for it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from inventory.promises.operations import Demand, allocate_stock
from inventory.supply.models import (
    DatedPromise,
    IncomingLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Transfer,
    TransferLine,
)
from inventory.supply.promising import Share, Waiting, shared_out
from omniretail.contracts.inventory import DatedPromiseBroken, DatedPromiseKept
from omniretail.kernel import outbox
from omniretail.kernel.actors import Actor
from stores.network.queries import get_store

Status = DatedPromise.Status


@dataclass(frozen=True)
class Expected:
    """A locked row of what is to come, and who waits for it in the order of asking."""

    row: IncomingLine
    waiting: list[DatedPromise]


@dataclass(frozen=True)
class Change:
    """Good units that came with a line, and how many may still come."""

    come: int
    still_to_come: int


@dataclass(frozen=True)
class Occasion:
    """On which document something came or will not come, and why."""

    store_code: str
    document: str
    reason: str
    by: Actor
    at: datetime


def expect_transfer(transfer: Transfer, sent: Iterable[tuple[TransferLine, int]]) -> None:
    """Goods have left for the target: they are to come there."""
    IncomingLine.objects.bulk_create(
        IncomingLine(
            store_id=transfer.target_id,
            sku_id=line.sku_id,
            transfer_line=line,
            expected_at=transfer.expected_at or transfer.due_at,
            units=units,
        )
        for line, units in sent
        if units
    )


def expect_order(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> None:
    """The supplier was asked: the goods are to come by the end of the expected day."""
    last_moment = day_end(order)
    IncomingLine.objects.bulk_create(
        IncomingLine(
            store_id=order.store_id,
            sku_id=line.sku_id,
            order_line=line,
            expected_at=last_moment,
            units=line.quantity,
        )
        for line in lines
    )


def day_end(order: PurchaseOrder) -> datetime:
    """The last moment of the day on which an order is expected, where it goes."""
    zone = ZoneInfo(get_store(order.store.code).time_zone)
    return datetime.combine(order.expected_on, time(23, 59, 59), zone)


def locked_expected(
    lines: Sequence[TransferLine] | Sequence[PurchaseOrderLine],
) -> dict[int, Expected]:
    """What is to come with these lines, by line, and who waits; before levels move."""
    keys = [line.pk for line in lines]
    of_transfer = bool(lines) and isinstance(lines[0], TransferLine)
    side = "transfer_line" if of_transfer else "order_line"
    rows = list(IncomingLine.objects.filter(**{f"{side}__in": keys}).locked())
    waiting: dict[int, list[DatedPromise]] = defaultdict(list)
    promises = DatedPromise.objects.waiting().filter(incoming__in=rows)
    for promise in promises.select_related("incoming__sku").locked():
        waiting[promise.incoming_id].append(promise)
    return {
        getattr(row, f"{side}_id"): Expected(
            row, sorted(waiting[row.pk], key=lambda one: (one.created_at, one.pk))
        )
        for row in rows
    }


def settle_expected(
    expected: Mapping[int, Expected], changes: Mapping[int, Change], on: Occasion
) -> None:
    """Goods came, or will not: those who wait get theirs in the order of asking; what
    can no longer be kept is told."""
    is_trading = get_store(on.store_code).is_trading_on(on.at.date())
    kept: dict[tuple[str, str], list[Demand]] = defaultdict(list)
    rows = []
    for line, change in changes.items():
        one = expected.get(line)
        if one is None:
            continue
        share = shared_out(
            [Waiting(promise.pk, promise.quantity) for promise in one.waiting],
            come=change.come if is_trading else 0,
            still_to_come=change.still_to_come if is_trading else 0,
        )
        ended = sum(share.kept.values()) + sum(share.broken.values())
        one.row.units, one.row.promised = change.still_to_come, one.row.promised - ended
        rows.append(one.row)
        for promise in one.waiting:
            if demand := _served(promise, share, on):
                kept[promise.reference, promise.owner].append(demand)
    IncomingLine.objects.bulk_update(rows, ["units", "promised"])
    for (reference, owner), demands in kept.items():
        allocate_stock(
            demands=demands,
            reference=reference,
            owner=owner,
            from_safety_stock=True,
            channel=None,
            by=on.by,
            at=on.at,
        )


def _served(promise: DatedPromise, share: Share, on: Occasion) -> Demand | None:
    """Let a promise end as far as it is kept or broken; answers what is to be kept."""
    kept, broken = share.kept.get(promise.pk, 0), share.broken.get(promise.pk, 0)
    if not kept and not broken:
        return None
    rest = promise.quantity - kept - broken
    # What goes on waiting keeps its row, and with it its turn among those of one moment.
    parts = [(Status.WAITING, rest), (Status.ALLOCATED, kept), (Status.BROKEN, broken)]
    (first, units), *others = [part for part in parts if part[1]]
    if first is not Status.WAITING:
        promise.become(first)
        promise.ended_at = on.at
    promise.quantity = units
    promise.save(update_fields=["status", "quantity", "ended_at"])
    ended = DatedPromise.objects.bulk_create(
        _like(promise, status, number, on.at) for status, number in others
    )
    sku_code = promise.incoming.sku.code
    if broken:
        outbox.publish(
            DatedPromiseBroken(
                **_told(promise, broken, sku_code, on),
                promised_for=promise.promised_for,
                reason=on.reason,
            )
        )
    if not kept:
        return None
    come = next(one for one in (promise, *ended) if one.status == Status.ALLOCATED)
    demand = Demand(on.store_code, sku_code, kept, f"{promise.line}~{come.pk}")
    outbox.publish(
        DatedPromiseKept(**_told(promise, kept, sku_code, on), promise_line=demand.line)
    )
    return demand


def _like(
    promise: DatedPromise, status: DatedPromise.Status, units: int, at: datetime
) -> DatedPromise:
    return DatedPromise(
        incoming_id=promise.incoming_id,
        quantity=units,
        status=status,
        owner=promise.owner,
        reference=promise.reference,
        line=promise.line,
        promised_for=promise.promised_for,
        created_at=promise.created_at,
        ended_at=at,
    )


def _told(promise: DatedPromise, units: int, sku_code: str, on: Occasion) -> dict[str, Any]:
    return {
        "reference": promise.reference,
        "owner": promise.owner,
        "line": promise.line,
        "store_code": on.store_code,
        "sku_code": sku_code,
        "quantity": units,
        "document": on.document,
        "occurred_at": on.at,
    }
