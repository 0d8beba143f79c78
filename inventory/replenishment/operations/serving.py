"""Goods have come: those who wait for them are told, in the order in which they asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from inventory.replenishment.models import StockWait
from inventory.stock.models import StockLevel
from omniretail.contracts.shelves import WaitServed
from omniretail.kernel import outbox

_CHUNK = 200


@dataclass(frozen=True)
class Arrival:
    """Units of a SKU that came onto the shelf of a place."""

    store_id: int
    sku_id: int
    units: int


@transaction.atomic
def serve_waits(arrivals: Sequence[Arrival], *, at: datetime) -> int:
    """Tell as many as can be sold of what has come, each once; answers how many. A wait
    for more units than are left is passed over, and one behind it may be served."""
    waited_for = set(
        StockWait.objects.waiting()
        .filter(sku__in={one.sku_id for one in arrivals}, ends_at__gt=at)
        .values_list("sku_id", flat=True)
    )
    return sum(_serve(one, at) for one in arrivals if one.sku_id in waited_for)


def _serve(arrival: Arrival, at: datetime) -> int:
    level = (
        StockLevel.objects.filter(store=arrival.store_id, sku=arrival.sku_id)
        .select_related("store", "sku")
        .first()
    )
    if level is None or not _is_trading(level, at):
        return 0
    left, told, last = min(arrival.units, level.available_to_promise), 0, 0
    while left > 0 and (line := _line(arrival, left, last, at)):
        for wait in line:
            last = wait.pk
            if wait.quantity <= left:
                _tell(wait, level, at)
                left, told = left - wait.quantity, told + 1
    return told


def _line(arrival: Arrival, left: int, after: int, at: datetime) -> list[StockWait]:
    """The next who wait for this here, or anywhere, and could be served."""
    rows = StockWait.objects.waiting().filter(
        Q(store=None) | Q(store=arrival.store_id),
        sku=arrival.sku_id,
        quantity__lte=left,
        pk__gt=after,
        ends_at__gt=at,
    )
    return list(rows.locked()[: min(left, _CHUNK)])


def _tell(wait: StockWait, level: StockLevel, at: datetime) -> None:
    fact = WaitServed(
        wait_number=wait.number,
        customer_number=wait.customer_number,
        phone=wait.phone,
        email=wait.email,
        recipient_name=wait.name,
        language=wait.language,
        sku_code=level.sku.code,
        sku_name=level.sku.name,
        store_code=level.store.code,
        quantity=wait.quantity,
        occurred_at=at,
    )
    wait.become(StockWait.Status.TOLD)
    wait.told_at = wait.ended_at = at
    wait.told_store_id = level.store_id
    wait.phone = wait.email = wait.name = ""
    wait.save()
    outbox.publish(fact)


def _is_trading(level: StockLevel, at: datetime) -> bool:
    store = level.store
    return store.closed_on is None or at.date() < store.closed_on
