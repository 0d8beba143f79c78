"""Keeping units that are still to come for somebody: pre-orders and back-orders."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db import transaction

from inventory.promises.operations import Demand, NothingAsked
from inventory.stock.demand import Asked, Pair, summed
from inventory.stock.operations import check_codes, check_quantities
from inventory.supply.models import DatedPromise, IncomingLine
from inventory.supply.queries.incoming import DatedSlip, dated_slips
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind

Status = DatedPromise.Status


class NotEnoughComing(DomainError):
    """Not that many are to come and still free."""

    kind = Kind.CONFLICT
    constraints = ("no_more_is_promised_than_is_to_come",)


class LineDatedTwice(DomainError):
    """Something is already promised by date for this line."""

    kind = Kind.CONFLICT
    constraints = ("one_waiting_promise_per_reference_line_and_delivery",)


@transaction.atomic
def promise_incoming(
    *, demands: Sequence[Demand], owner: str, reference: str, by: Actor, at: datetime
) -> list[DatedSlip]:
    """Promise units of what is to come first: all that is asked for, or nothing.

    A demand may be served out of several deliveries: each part has its own date. Goods
    that are overdue are promised to nobody: nobody knows when they come.

    Raises:
        NotEnoughComing: fewer are to come and not promised yet.
        LineDatedTwice: a line waits for goods already.
        NothingAsked, QuantityOutOfRange, StoreNotFound, SkuNotFound.
    """
    del by  # the door's audit entry says who
    asked = _asked(demands)
    stores, skus = check_codes(list(asked.values()))
    waiting = DatedPromise.objects.waiting().filter(
        reference=reference, line__in=[demand.line for demand in demands]
    )
    if waiting.exists():
        raise LineDatedTwice(reference=reference)
    keys = {pair: (stores[pair[0]], skus[pair[1]]) for pair in asked}
    taken = IncomingLine.objects.take(
        [(*keys[pair], one.units) for pair, one in asked.items()], at=at
    )
    if not taken:
        raise _shortage(asked, keys, at)
    parts: dict[tuple[int, int], list[_Part]] = {}
    for one in sorted(taken, key=lambda one: (one.expected_at, one.row)):
        part = _Part(one.row, one.expected_at, one.units)
        parts.setdefault((one.store, one.sku), []).append(part)
    DatedPromise.objects.bulk_create(
        DatedPromise(
            incoming_id=row,
            quantity=units,
            status=Status.WAITING,
            owner=owner,
            reference=reference,
            line=demand.line,
            promised_for=expected_at,
            created_at=at,
        )
        for demand in demands
        for row, expected_at, units in _served(parts[keys[demand.pair]], demand.quantity)
    )
    return dated_slips(reference)


@transaction.atomic
def cancel_dated(
    *,
    reference: str,
    by: Actor,
    at: datetime,
    lines: Collection[str] | None = None,
) -> int:
    """Nobody waits for these goods any more; answers how many units are free again.
    What has come already is an ordinary promise and ends as those do."""
    del by
    rows = DatedPromise.objects.waiting().filter(reference=reference)
    if lines is not None:
        rows = rows.filter(line__in=lines)
    deliveries = IncomingLine.objects.filter(
        pk__in=list(rows.values_list("incoming", flat=True))
    )
    incoming = {row.pk: row for row in deliveries.locked()}
    promises = list(rows.filter(incoming__in=incoming).locked())
    for promise in promises:
        promise.become(Status.CANCELLED)
        promise.ended_at = at
        incoming[promise.incoming_id].promised -= promise.quantity
    DatedPromise.objects.bulk_update(promises, ["status", "ended_at"])
    IncomingLine.objects.bulk_update(incoming.values(), ["promised"])
    return sum(promise.quantity for promise in promises)


class _Part:
    """Units taken of one delivery, and how many of them are left to give."""

    def __init__(self, row: int, expected_at: datetime, units: int) -> None:
        self.row, self.expected_at, self.left = row, expected_at, units


def _served(parts: Sequence[_Part], units: int) -> Iterator[tuple[int, datetime, int]]:
    for part in parts:
        if share := min(part.left, units):
            part.left -= share
            units -= share
            yield part.row, part.expected_at, share


def _asked(demands: Sequence[Demand]) -> dict[Pair, Asked]:
    if not demands:
        raise NothingAsked(field="lines")
    check_quantities(
        Asked(demand.pair, demand.quantity, index) for index, demand in enumerate(demands)
    )
    asked = summed((demand.pair, demand.quantity) for demand in demands)
    check_quantities(asked.values())
    return asked


def _shortage(
    asked: dict[Pair, Asked], keys: dict[Pair, tuple[int, int]], at: datetime
) -> NotEnoughComing:
    for pair, one in asked.items():
        store, sku = keys[pair]
        rows = IncomingLine.objects.filter(store=store, sku=sku, expected_at__gt=at)
        free = sum(row.units - row.promised for row in rows)
        if free < one.units:
            return NotEnoughComing(
                field=one.field,
                store=pair[0],
                sku=pair[1],
                wanted=one.units,
                available=free,
            )
    return NotEnoughComing()
