"""Something was asked for and not there."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.selling.models import LostDemand
from inventory.stock.demand import is_quantity
from inventory.stock.operations import NotEnoughStock, QuantityOutOfRange
from omniretail.kernel.actors import Actor
from omniretail.kernel.periods import business_date
from stores.network.queries import get_store, get_stores

# In the order of the keys: two who write down the same never wait for each other in a ring.
_WRITTEN = """
    INSERT INTO inventory_lostdemand AS d
        (sku_id, store_id, channel, quantity, session, day, at)
    SELECT k.id, s.id, %(channel)s, MAX(m.units), m.session, m.day, %(at)s
    FROM unnest(%(skus)s::text[], %(stores)s::text[], %(units)s::int[],
                %(sessions)s::text[], %(days)s::date[])
        AS m(sku, store, units, session, day)
    JOIN inventory_sku k ON k.code = m.sku
    LEFT JOIN stores_store s ON s.code = m.store
    WHERE m.store IS NULL OR s.id IS NOT NULL
    GROUP BY k.id, s.id, m.session, m.day
    ORDER BY k.id, s.id, m.session, m.day
    ON CONFLICT (sku_id, store_id, session, day) DO UPDATE
    SET quantity = EXCLUDED.quantity WHERE d.quantity < EXCLUDED.quantity
"""


@dataclass(frozen=True)
class Miss:
    """Units that an asker (a cart, a visit) wanted and did not find: at a place, or
    anywhere."""

    sku_code: str
    store_code: str | None
    quantity: int
    session: str


@transaction.atomic
def record_lost_demand(
    *,
    sku_code: str,
    channel: str,
    session: str,
    by: Actor,
    at: datetime,
    store_code: str | None = None,
    quantity: int = 1,
    instead_of: str = "",
) -> None:
    """Somebody asked for units that were not there. One asker (a cart, a session) counts
    once a day, with the most it asked for; who it was cannot be told from the row. What
    was noted that day under the session `instead_of` was the same asker.

    Raises:
        SkuNotFound, StoreNotFound, QuantityOutOfRange.
    """
    if not is_quantity(quantity):
        raise QuantityOutOfRange(field="quantity")
    if not sku_ids([sku_code]):
        raise SkuNotFound(field="sku", sku=sku_code)
    place = get_store(store_code) if store_code else None
    if instead_of:
        day = business_date(at, place.time_zone if place else "UTC")
        LostDemand.objects.filter(
            sku__code=sku_code,
            store=place.id if place else None,
            session=_digest(instead_of, day),
            day=day,
        ).delete()
    note_misses(
        [Miss(sku_code, store_code, quantity, session)], channel=channel, by=by, at=at
    )


@transaction.atomic
def note_misses(misses: Sequence[Miss], *, channel: str, by: Actor, at: datetime) -> None:
    """Write down what askers did not find, in one statement; an asker counts once a day.
    What the catalogue or the house does not know cannot be missed."""
    del by  # no personal data: not even who wrote it down
    zones = _zones({one.store_code for one in misses if one.store_code})
    days = [business_date(at, zones.get(one.store_code or "", "UTC")) for one in misses]
    asked: dict[str, Any] = {
        "skus": [one.sku_code for one in misses],
        "stores": [one.store_code for one in misses],
        "units": [one.quantity for one in misses],
        "sessions": [
            _digest(one.session, day) for one, day in zip(misses, days, strict=True)
        ],
        "days": days,
        "channel": channel,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, asked)


def misses_of(short: Exception | None, session: str) -> list[Miss]:
    """What a refusal says was lacking; other refusals lack nothing."""
    if not isinstance(short, NotEnoughStock):
        return []
    wanted, free = short.facts.get("wanted"), short.facts.get("available")
    if not (isinstance(wanted, int) and isinstance(free, int)):
        return []
    lacking = wanted - max(free, 0)
    place = str(short.facts["store"]) if short.facts.get("store") else None
    return [Miss(str(short.facts["sku"]), place, lacking, session)] if lacking > 0 else []


def _zones(store_codes: Collection[str]) -> dict[str, str]:
    if not store_codes:
        return {}
    return {code: place.time_zone for code, place in get_stores(store_codes).items()}


def _digest(session: str, day: date) -> str:
    """Another one each day, so that not even the days of one asker belong together."""
    secret = f"lost-demand:{day.isoformat()}:{settings.SECRET_KEY}"
    return hmac.new(secret.encode(), session.encode(), hashlib.sha256).hexdigest()
