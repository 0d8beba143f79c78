"""Something was asked for and not there."""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.stock.demand import is_quantity
from inventory.stock.operations import QuantityOutOfRange
from omniretail.kernel.actors import Actor
from omniretail.kernel.periods import business_date
from stores.network.queries import get_store

_WRITTEN = """
    INSERT INTO inventory_lostdemand AS d
        (sku_id, store_id, channel, quantity, session, day, at)
    VALUES (%(sku)s, %(store)s, %(channel)s, %(units)s, %(session)s, %(day)s, %(at)s)
    ON CONFLICT (sku_id, store_id, session, day) DO UPDATE
    SET quantity = EXCLUDED.quantity WHERE d.quantity < EXCLUDED.quantity
"""


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
) -> None:
    """Somebody asked for units that were not there. One asker (a cart, a session) counts
    once a day, with the most it asked for; who it was cannot be told from the row.

    Raises:
        SkuNotFound, StoreNotFound, QuantityOutOfRange.
    """
    del by  # no personal data: not even who wrote it down
    if not is_quantity(quantity):
        raise QuantityOutOfRange(field="quantity")
    if sku_code not in (keys := sku_ids([sku_code])):
        raise SkuNotFound(field="sku", sku=sku_code)
    place = get_store(store_code) if store_code else None
    day = business_date(at, place.time_zone if place else "UTC")
    asked = {
        "sku": keys[sku_code],
        "store": place.id if place else None,
        "channel": channel,
        "units": quantity,
        "session": _digest(session, day.isoformat()),
        "day": day,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, asked)


def _digest(session: str, day: str) -> str:
    """Another one each day, so that not even the days of one asker belong together."""
    secret = f"lost-demand:{day}:{settings.SECRET_KEY}"
    return hmac.new(secret.encode(), session.encode(), hashlib.sha256).hexdigest()
