"""Levels that say something else than their movements and live promises."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from inventory.stock.models import SHELVES

COLUMNS = (*SHELVES.values(), "reserved")
"""What of a level can be worked out from its history."""

_CHOSEN = """
    (%(stores)s::bigint[] IS NULL OR store_id = ANY(%(stores)s))
    AND (%(skus)s::bigint[] IS NULL OR sku_id = ANY(%(skus)s))
"""


def _sums() -> str:
    return ", ".join(
        f"SUM(CASE '{bucket}' WHEN target THEN quantity WHEN source THEN -quantity"
        f" ELSE 0 END) AS {column}"
        for bucket, column in SHELVES.items()
    )


def _figures(of: dict[str, str]) -> str:
    return ", ".join(f"COALESCE({of[name]}.{name}, 0)::bigint" for name in COLUMNS)


_DIFFERENCES = f"""
    WITH moved AS (
        SELECT store_id, sku_id, {_sums()}
        FROM inventory_stockmovement WHERE {_CHOSEN} GROUP BY store_id, sku_id
    ), kept AS (
        SELECT store_id, sku_id, SUM(quantity) AS reserved
        FROM inventory_promise WHERE status IN ('HELD', 'ALLOCATED') AND {_CHOSEN}
        GROUP BY store_id, sku_id
    ), level AS (
        SELECT * FROM inventory_stocklevel WHERE {_CHOSEN}
    ), both_sides AS (
        SELECT store_id, sku_id,
               ARRAY[{_figures(dict.fromkeys(COLUMNS, "level"))}] AS said,
               ARRAY[{
    _figures(dict.fromkeys(SHELVES.values(), "moved") | {"reserved": "kept"})
}] AS due
        FROM level FULL JOIN moved USING (store_id, sku_id)
                   FULL JOIN kept USING (store_id, sku_id)
    )
    SELECT b.store_id, b.sku_id, s.code, k.code, b.said, b.due
    FROM both_sides b
    JOIN stores_store s ON s.id = b.store_id JOIN inventory_sku k ON k.id = b.sku_id
    WHERE b.said <> b.due
    ORDER BY s.code, k.code
"""  # noqa: S608 - our own column names


@dataclass(frozen=True)
class LevelDifference:
    """What a level says, and what its movements and live promises say it should."""

    store_id: int
    sku_id: int
    store_code: str
    sku_code: str
    said: dict[str, int]
    due: dict[str, int]

    @property
    def pair(self) -> tuple[int, int]:
        """The keys of place and SKU."""
        return self.store_id, self.sku_id

    @property
    def changes(self) -> dict[str, tuple[int, int]]:
        """The columns that differ: what is said, what is due."""
        return {
            name: (self.said[name], self.due[name])
            for name in COLUMNS
            if self.said[name] != self.due[name]
        }

    @property
    def is_possible(self) -> bool:
        """Whether a level could say what is due: no bucket owes units, and what is
        promised is there."""
        return min(self.due.values()) >= 0 and self.due["reserved"] <= self.due["on_hand"]


def level_differences(
    *, stores: Collection[int] | None = None, skus: Collection[int] | None = None
) -> list[LevelDifference]:
    """The levels (of these places and SKUs, by key) that are off their history.

    One statement, thus one snapshot: whatever is being sold meanwhile has changed both
    sides or neither.
    """
    parameters = {
        "stores": None if stores is None else list(stores),
        "skus": None if skus is None else list(skus),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, parameters)
        rows = cursor.fetchall()
    return [
        LevelDifference(
            store_id,
            sku_id,
            store_code,
            sku_code,
            dict(zip(COLUMNS, said, strict=True)),
            dict(zip(COLUMNS, due, strict=True)),
        )
        for store_id, sku_id, store_code, sku_code, said, due in rows
    ]
