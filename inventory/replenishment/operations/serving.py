"""Those who wait are told that goods can be had, in the order in which they asked."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest

from inventory.replenishment.models import StockWait
from inventory.replenishment.offering import Offer
from inventory.replenishment.queries.offers import (
    Change,
    Landing,
    chances_lost,
    offers,
    waited_for,
)
from omniretail.contracts.shelves import WaitServed
from omniretail.kernel import outbox
from omniretail.kernel.limits import limits

_CHUNK = 200
_ONE_AFTER_ANOTHER = "SELECT pg_advisory_xact_lock(hashtextextended('waits-served', 0))"


@transaction.atomic
def serve_waits(changes: Collection[Change], *, at: datetime) -> int:
    """Tell as many as can be sold of what changed, each once; answers how many. A kit can
    be had when its parts allow one. A wait for more units than its channel may sell is
    passed over, and one behind it may be served.

    Who is told has the first chance of the units for a time, or until they are gone. It
    follows from what there is now, whatever came about: the same change looked at again
    tells nobody.
    """
    if lost := chances_lost(changes, at=at):
        StockWait.objects.filter(pk__in=lost).update(
            chance_ends_at=Greatest("told_at", Value(at))
        )
    targets = waited_for({one.sku_id for one in changes}, at=at)
    if not targets:
        return 0
    _take_turn()
    return sum(_serve(*one, at) for one in offers(changes, targets, at=at))


def _take_turn() -> None:
    """What one has told of, the next one knows of."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AFTER_ANOTHER)


def _serve(place: Landing, offer: Offer, at: datetime) -> int:
    told, last, numbered = 0, 0, 0
    while line := _line(place, offer, last, at):
        numbered = numbered or _numbered_so_far()
        for wait in line:
            last = wait.pk
            if wait.quantity <= offer.room(wait.sku.code, wait.channel):
                wait.told_after = numbered
                _tell(wait, place, at)
                offer.tell([(wait.sku.code, wait.quantity)])
                told += 1
    return told


def _numbered_so_far() -> int:
    """Changes with a higher number are made later than what channels may sell was read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM inventory_levelchange_id_seq")
        return int(cursor.fetchone()[0])


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
    wait.chance_ends_at = at + limits().wait_first_chance
    wait.told_store_id = place.store_id
    wait.phone = wait.email = wait.name = ""
    wait.save()
    outbox.publish(fact)
