"""A hundred thousand levels to hold from, and one that everybody wants."""

from dataclasses import dataclass

from django.db import connection, transaction

from inventory.catalogue.models import Sku
from inventory.stock.models import StockLevel

LEVELS, UNITS, HOT_UNITS, PROMISED = 100_000, 1_000, 10_000_000, 10_000

_SKUS = """
    INSERT INTO inventory_sku (code, product_id, name, attributes, tax_rate, is_active)
    SELECT 'BENCH-' || n, p.id, 'Bench ' || n, '{}', 20, true
    FROM generate_series(1, %s) n, (SELECT MIN(id) AS id FROM inventory_product) p
"""
_LEVELS = """
    WITH made AS (
        INSERT INTO inventory_stocklevel (store_id, sku_id, on_hand)
        SELECT s.id, k.id, %s FROM stores_store s, inventory_sku k
        WHERE k.code LIKE 'BENCH-%%' ORDER BY s.id, k.id
        LIMIT %s
        RETURNING store_id, sku_id, on_hand
    )
    INSERT INTO inventory_stockmovement
        (store_id, sku_id, quantity, source, target, kind, reference, line, reason,
         actor_kind, actor_key, at)
    SELECT store_id, sku_id, on_hand, 'SUPPLIER', 'ON_HAND', 'RECEIPT', 'BENCH', '', '',
           'system', 'bench', now()
    FROM made
"""
# A house in business has promises. Of a table with next to none the database makes plans
# that read all of it, and keeps them while it grows.
_PROMISED = """
    WITH promised AS (
        UPDATE inventory_stocklevel l SET reserved = l.reserved + 1
        FROM (SELECT l.id FROM inventory_stocklevel l
              JOIN inventory_sku k ON k.id = l.sku_id
              WHERE k.code LIKE 'BENCH-%%' ORDER BY l.id LIMIT %s) AS few
        WHERE l.id = few.id
        RETURNING l.id, l.store_id, l.sku_id
    )
    INSERT INTO inventory_promise
        (store_id, sku_id, quantity, status, owner, reference, line, ends_at,
         payment_in_flight, created_at, channel, spare, from_safety_stock)
    SELECT store_id, sku_id, 1, 'HELD', 'bench:' || id, 'stands:' || id, '1',
           now() + interval '1 day', false, now(), '', 0, false
    FROM promised
"""


@dataclass(frozen=True)
class Shelf:
    """A level by its key and its codes."""

    id: int
    store: str
    sku: str


@dataclass(frozen=True)
class Shelves:
    """Many levels with enough on each, and the hot one."""

    many: list[Shelf]
    hot: Shelf


def fill_shelves() -> Shelves:
    """Goods no order of the demonstration chain knows, received in all its places."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stores_store WHERE closed_on IS NULL")
        places = cursor.fetchone()[0]
        cursor.execute(_SKUS, [LEVELS // places + 1])
        cursor.execute(_LEVELS, [UNITS, LEVELS])
        hot = Sku.objects.create(
            code="BENCH-HOT",
            name="Hot",
            tax_rate=20,
            product=Sku.objects.first().product,  # type: ignore[union-attr]
        )
        cursor.execute(_LEVELS.replace("LIKE 'BENCH-%%'", "= 'BENCH-HOT'"), [HOT_UNITS, 1])
        cursor.execute(_PROMISED, [PROMISED])
        cursor.execute("ANALYZE")
    many = StockLevel.objects.filter(sku__code__startswith="BENCH-").exclude(sku=hot)
    found = [
        Shelf(*row)
        for row in many.order_by("pk").values_list("pk", "store__code", "sku__code")
    ]
    one = StockLevel.objects.select_related("store").get(sku=hot)
    return Shelves(found, Shelf(one.pk, one.store.code, hot.code))
