"""Questions about levels: answers are values, the rows stay at home."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from inventory.catalogue.kits import Kit, shelf_codes
from inventory.catalogue.queries import kits
from inventory.stock.demand import Pair
from inventory.stock.models import SHELVES, StockLevel
from omniretail.kernel.prepared import prepared
from stores.network.places import StorePlace
from stores.network.queries import get_stores


@dataclass(frozen=True)
class LevelView:
    """What one place has of one SKU, bucket by bucket. `available` is what may still be
    promised: never more than is on hand."""

    store_code: str
    sku_code: str
    on_hand: int
    reserved: int
    safety_stock: int
    available: int
    display: int = 0
    quarantine: int = 0
    damaged: int = 0
    customer_hold: int = 0

    def holds(self, bucket: str) -> int:
        """How many units lie in one of the buckets of the place."""
        return int(getattr(self, SHELVES[bucket]))


@dataclass(frozen=True)
class LevelKey:
    """The keys behind the codes of a level, and when the place trades."""

    id: int
    store_id: int
    sku_id: int
    store_code: str
    sku_code: str
    opened_on: date | None
    closed_on: date | None

    def is_trading_on(self, day: date) -> bool:
        """Whether the place has opened and is not closed for good on that day."""
        begun = self.opened_on is None or self.opened_on <= day
        return begun and (self.closed_on is None or day < self.closed_on)


@dataclass(frozen=True)
class PlaceStock:
    """What one place could promise of a SKU, how far it is, and when it is ready (if
    there is anything to get ready)."""

    place: StorePlace
    distance_km: float | None
    on_hand: int
    available: int
    ready_at: datetime | None


_KEYS = """
    SELECT l.id, l.store_id, l.sku_id, s.code, k.code, s.opened_on, s.closed_on
    FROM unnest(%(stores)s::text[], %(skus)s::text[]) AS w(store, sku)
    CROSS JOIN LATERAL (SELECT * FROM stores_store WHERE code = w.store OFFSET 0) AS s
    CROSS JOIN LATERAL (SELECT * FROM inventory_sku WHERE code = w.sku OFFSET 0) AS k
    JOIN inventory_stocklevel l ON l.store_id = s.id AND l.sku_id = k.id
"""


def level_keys(pairs: Iterable[Pair]) -> dict[Pair, LevelKey]:
    """The levels that exist for these places and SKUs."""
    wanted = list(dict.fromkeys(pairs))
    rows = prepared(
        _KEYS, {"stores": [one[0] for one in wanted], "skus": [one[1] for one in wanted]}
    )
    keys = (LevelKey(*row) for row in rows)
    return {(key.store_code, key.sku_code): key for key in keys}


def level_keys_of(ids: Iterable[tuple[int, int]]) -> dict[tuple[int, int], LevelKey]:
    """The levels that exist for these places and SKUs, by their keys."""
    wanted = set(ids)
    rows = StockLevel.objects.filter(
        store_id__in={one[0] for one in wanted}, sku_id__in={one[1] for one in wanted}
    ).values_list(*_KEY_COLUMNS)
    keys = (LevelKey(*row) for row in rows)
    found = {(key.store_id, key.sku_id): key for key in keys}
    return {one: key for one, key in found.items() if one in wanted}


def levels(
    store_code: str,
    sku_codes: Collection[str] | None = None,
    *,
    after: str = "",
    limit: int = 200,
) -> dict[str, LevelView]:
    """The levels of one place by SKU: these SKUs, or a page in order of code.

    A kit that is asked for has what its parts make.
    """
    rows = StockLevel.objects.filter(store__code=store_code)
    if sku_codes is None:
        rows = rows.filter(sku__code__gt=after).order_by("sku__code")[:limit]
        return _views(rows)
    views = _views(rows.filter(sku__code__in=sku_codes))
    made_up = kits(set(sku_codes) - set(views))
    parts = levels(store_code, shelf_codes(made_up, made_up)) if made_up else {}
    return views | {
        code: _kit_level(store_code, kit, parts) for code, kit in made_up.items()
    }


def level_views(
    store_codes: Collection[str], sku_codes: Collection[str]
) -> dict[Pair, LevelView]:
    """The levels of these SKUs at these places; what never was there has no entry, and a
    kit has none."""
    rows = StockLevel.objects.filter(store__code__in=store_codes, sku__code__in=sku_codes)
    return _by_pair(rows)


def views_of(keys: Collection[int]) -> dict[Pair, LevelView]:
    """Levels by their own keys."""
    return _by_pair(StockLevel.objects.filter(pk__in=keys))


def _by_pair(rows: QuerySet[StockLevel]) -> dict[Pair, LevelView]:
    views = (_view(*row) for row in rows.values_list(*_COLUMNS))
    return {(view.store_code, view.sku_code): view for view in views}


def _kit_level(store_code: str, kit: Kit, parts: Mapping[str, LevelView]) -> LevelView:
    """What the parts that lie in a place make of a kit: what is kept of them, or kept
    back, keeps whole kits."""
    on_hand = kit.whole({code: part.on_hand for code, part in parts.items()})
    loose = kit.whole({code: one.on_hand - one.reserved for code, one in parts.items()})
    free = kit.whole({code: part.available for code, part in parts.items()})
    return LevelView(store_code, kit.code, on_hand, on_hand - loose, loose - free, free)


def level(store_code: str, sku_code: str) -> LevelView:
    """One level; a place that never had the SKU has none of it."""
    empty = LevelView(store_code, sku_code, 0, 0, 0, 0)
    return levels(store_code, [sku_code]).get(sku_code, empty)


def stocked_places() -> set[str]:
    """Codes of the places that have, or ever had, stock of anything."""
    return set(StockLevel.objects.values_list("store__code", flat=True).distinct())


def changed_lately(store_code: str, *, limit: int = 20) -> list[tuple[str, str, int]]:
    """The SKUs whose level moved last at one place: code, name, units on hand."""
    rows = StockLevel.objects.filter(store__code=store_code).order_by("-changed_at", "-id")
    return list(rows.values_list("sku__code", "sku__name", "on_hand")[:limit])


def store_ids(codes: Collection[str]) -> dict[str, int]:
    """The keys of these places, by code."""
    return {code: place.id for code, place in get_stores(codes).items()}


_KEY_COLUMNS = (
    "id",
    "store_id",
    "sku_id",
    "store__code",
    "sku__code",
    "store__opened_on",
    "store__closed_on",
)
_COLUMNS = (
    "store__code",
    "sku__code",
    "on_hand",
    "reserved",
    "safety_stock",
    "available_to_promise",
    "display",
    "quarantine",
    "damaged",
    "customer_hold",
)


def _views(rows: QuerySet[StockLevel]) -> dict[str, LevelView]:
    views = (_view(*row) for row in rows.values_list(*_COLUMNS))
    return {view.sku_code: view for view in views}


def _view(
    store: str, sku: str, on_hand: int, reserved: int, safety: int, free: int, *aside: int
) -> LevelView:
    return LevelView(store, sku, on_hand, reserved, safety, max(0, free), *aside)
