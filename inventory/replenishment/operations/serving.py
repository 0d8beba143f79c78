"""Goods have come: those who wait for them are told, in the order in which they asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from inventory.replenishment.models import StockWait
from inventory.replenishment.offering import Offer
from inventory.replenishment.queries.offers import Landing, offers, waited_for
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
    """Tell as many as can be sold of what has come, each once; answers how many. A kit has
    come when its parts allow one. A wait for more units than its channel may sell is passed
    over, and one behind it may be served."""
    targets = waited_for({one.sku_id for one in arrivals}, at=at)
    if not targets:
        return 0
    come = [(one.store_id, one.sku_id, one.units) for one in arrivals]
    return sum(_serve(*one, at) for one in offers(come, targets, at=at))


def _serve(place: Landing, offer: Offer, at: datetime) -> int:
    told, last = 0, 0
    while line := _line(place, offer, last, at):
        for wait in line:
            last = wait.pk
            if wait.quantity <= offer.room(wait.sku.code, wait.channel):
                _tell(wait, place, at)
                offer.tell([(wait.sku.code, wait.quantity)])
                told += 1
    return told


def _line(place: Landing, offer: Offer, after: int, at: datetime) -> list[StockWait]:
    """The next who wait for this here, or anywhere, and could be served."""
    could = Q(pk=None)
    most = 0
    for sku, channel in place.wishes:
        if room := offer.room(sku, channel):
            could |= Q(sku__code=sku, channel=channel, quantity__lte=room)
            most += room
    if not most:
        return []
    rows = StockWait.objects.waiting().filter(
        could, Q(store=None) | Q(store=place.store_id), pk__gt=after, ends_at__gt=at
    )
    return list(rows.select_related("sku").locked()[: min(most, _CHUNK)])


def _tell(wait: StockWait, place: Landing, at: datetime) -> None:
    fact = WaitServed(
        wait_number=wait.number,
        customer_number=wait.customer_number,
        phone=wait.phone,
        email=wait.email,
        recipient_name=wait.name,
        language=wait.language,
        sku_code=wait.sku.code,
        sku_name=wait.sku.name,
        store_code=place.store_code,
        quantity=wait.quantity,
        occurred_at=at,
    )
    wait.become(StockWait.Status.TOLD)
    wait.told_at = wait.ended_at = at
    wait.told_store_id = place.store_id
    wait.phone = wait.email = wait.name = ""
    wait.save()
    outbox.publish(fact)
