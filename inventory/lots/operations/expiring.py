"""What may not be sold any more leaves the shelf."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from inventory.lots.queries import LotView, past_sale
from inventory.promises.operations import Room, yield_units
from inventory.stock.demand import summed
from inventory.stock.models import Bucket, StockMovement
from inventory.stock.operations import Move, MovementKind, find_missing, move_stock
from inventory.stock.queries import LevelKey, level_keys
from omniretail.kernel.actors import Actor
from omniretail.kernel.periods import business_date
from stores.network.queries import get_store

REASON = "expired"
_A_DAY = timedelta(hours=25)  # as long as a shop's day can be


@transaction.atomic
def quarantine_expired(
    *,
    store_code: str,
    sku_code: str,
    by: Actor,
    at: datetime,
    followed: Collection[str] = (),
) -> Room:
    """Move units whose last day of sale is over from the shelf into quarantine.

    Promises that were counting on them give way: they move to another place, or say how
    many units they lack. What lies in a bag is not looked for on the shelf. Done twice,
    nothing happens the second time.
    """
    pair = store_code, sku_code
    key = level_keys([pair]).get(pair)
    if key is None:
        return Room()
    found: list[LotView] = []

    def gone() -> int:
        found[:] = past_sale(store_code, sku_code, at=at)
        return sum(one.free for one in found)

    room = yield_units(
        store_code=store_code,
        sku_code=sku_code,
        gone=gone,
        by=by,
        at=at,
        followed=followed,
    )
    if found:
        _set_aside(key, found, by, at)
    return room


def _set_aside(key: LevelKey, found: list[LotView], by: Actor, at: datetime) -> None:
    units = sum(one.free for one in found)
    day = business_date(at, get_store(key.store_code).time_zone)
    reference = _reference(key, day, at)
    asked = summed([((key.store_code, key.sku_code), units)])
    find_missing(
        asked,
        {(key.store_code, key.sku_code): key},
        reference=reference,
        by=by,
        at=at,
    )
    move_stock(
        moves=[
            Move(
                key,
                one.free,
                Bucket.ON_HAND,
                Bucket.QUARANTINE,
                line=one.lot,
                lots={one.lot: one.free},
            )
            for one in found
        ],
        kind=MovementKind.MOVE,
        reference=reference,
        reason=REASON,
        by=by,
        at=at,
    )


def _reference(key: LevelKey, day: date, at: datetime) -> str:
    """The day, and which turn of it: units may come back to the shelf after the first."""
    name = f"EXPIRED-{day.isoformat()}"
    rows = StockMovement.objects.filter(
        store=key.store_id, sku=key.sku_id, at__gte=at - _A_DAY, kind=MovementKind.MOVE
    )
    turns = rows.filter(reference__startswith=name).values("reference").distinct().count()
    return f"{name}-{turns + 1}"
