"""The first look of a hold: the keys of its levels, and how they stand for the channel."""

from collections.abc import Iterable
from datetime import datetime

from inventory.selling.models import KEPT_BACK
from inventory.stock.demand import Asked, Pair
from inventory.stock.queries import LevelKey
from omniretail.kernel.prepared import prepared

_STANDING = f"""
    SELECT l.id, l.store_id, l.sku_id, s.code, k.code, s.opened_on, s.closed_on,
           l.available_to_promise - kept, held.already
    FROM unnest(%(stores)s::text[], %(skus)s::text[]) AS w(store, sku)
    CROSS JOIN LATERAL (SELECT * FROM stores_store WHERE code = w.store OFFSET 0) AS s
    CROSS JOIN LATERAL (SELECT * FROM inventory_sku WHERE code = w.sku OFFSET 0) AS k
    JOIN inventory_stocklevel l ON l.store_id = s.id AND l.sku_id = k.id
    CROSS JOIN LATERAL (SELECT {KEPT_BACK}) AS b(kept)
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT FROM inventory_promise
        WHERE status = 'HELD' AND reference = %(reference)s::text
    )) AS held(already)
"""  # noqa: S608 - our own names


class FirstLook:
    """How levels stand for a channel at one moment, and whether a reference holds anything
    already: the figures are those of one moment that all have committed to."""

    def __init__(self, reference: str, channel: str | None, at: datetime) -> None:
        self.reference = reference
        self.channel = channel
        self.at = at
        self.holds_already = False
        self._units: dict[Pair, int | None] = {}

    def find(self, pairs: Iterable[Pair]) -> dict[Pair, LevelKey]:
        """The levels that exist for these places and SKUs; how they stand is noted."""
        wanted = list(dict.fromkeys(pairs))
        found: dict[Pair, LevelKey] = {}
        parameters = {
            "stores": [one[0] for one in wanted],
            "skus": [one[1] for one in wanted],
            "channel": self.channel,
            "at": self.at,
            "reference": self.reference,
        }
        for *row, units, holds_already in prepared(_STANDING, parameters):
            key = LevelKey(*row)
            found[key.store_code, key.sku_code] = key
            self._units[key.store_code, key.sku_code] = units
            self.holds_already |= holds_already
        return found

    def short(self, asked: dict[Pair, Asked]) -> dict[Pair, int]:
        """What is left where it is too little for sure. Nothing where units of the
        reference itself would come free, or the channel may sell none at all somewhere:
        the longer way tells."""
        units = {pair: self._units[pair] for pair in asked}
        if self.holds_already or None in units.values():
            return {}
        left = {pair: max(there or 0, 0) for pair, there in units.items()}
        return {pair: left[pair] for pair, one in asked.items() if left[pair] < one.units}
