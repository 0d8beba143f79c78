"""The keys of levels together with what a channel may sell of them, in one look."""

from collections.abc import Iterable
from datetime import datetime

from inventory.selling.models import KEPT_BACK
from inventory.stock.demand import Pair
from inventory.stock.queries import LevelKey
from omniretail.kernel.prepared import prepared

_STANDING = f"""
    SELECT l.id, l.store_id, l.sku_id, s.code, k.code, s.opened_on, s.closed_on,
           l.available_to_promise - kept
    FROM unnest(%(stores)s::text[], %(skus)s::text[]) AS w(store, sku)
    CROSS JOIN LATERAL (SELECT * FROM stores_store WHERE code = w.store OFFSET 0) AS s
    CROSS JOIN LATERAL (SELECT * FROM inventory_sku WHERE code = w.sku OFFSET 0) AS k
    JOIN inventory_stocklevel l ON l.store_id = s.id AND l.sku_id = k.id
    CROSS JOIN LATERAL {KEPT_BACK} AS kept
"""  # noqa: S608 - our own names


class Standing:
    """How levels stand for a channel at one moment: `units` is what it may sell of each,
    less than nothing where more is kept back, and None where it may sell nothing."""

    def __init__(self, channel: str | None, at: datetime) -> None:
        self.channel = channel
        self.at = at
        self.units: dict[Pair, int | None] = {}

    def find(self, pairs: Iterable[Pair]) -> dict[Pair, LevelKey]:
        """The levels that exist for these places and SKUs; how they stand is noted."""
        wanted = list(dict.fromkeys(pairs))
        found: dict[Pair, LevelKey] = {}
        parameters = {
            "stores": [one[0] for one in wanted],
            "skus": [one[1] for one in wanted],
            "channel": self.channel,
            "at": self.at,
        }
        for *row, units in prepared(_STANDING, parameters):
            key = LevelKey(*row)
            found[key.store_code, key.sku_code] = key
            self.units[key.store_code, key.sku_code] = units
        return found
