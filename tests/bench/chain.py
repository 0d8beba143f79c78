"""Two hundred places with as many levels as one likes."""

import os

from django.db import connection, transaction

PLACES = 200
FEW_LEVELS = 50_000
MANY_LEVELS = int(os.environ.get("BENCH_LEVELS", "5000000"))

_PLACES = """
    INSERT INTO stores_store
        (code, kind, name, city, region, address, postal_code, country, latitude, longitude,
         time_zone, opening_hours, phone, currency, can_pickup, can_ship, can_sell,
         prep_minutes, pickup_days)
    SELECT 'wide-' || n, 'STORE', 'Wide ' || n, 'City ' || n / 10, 'Region ' || n / 50,
           'Street, 1', '', 'RU', 50 + n %% 20 * 0.4, 30 + n / 20 * 2.0, 'Europe/Moscow',
           'Mo-Su 10:00-22:00', '', 'RUB', true, true, true, 60, 3
    FROM generate_series(1, %s) n
"""
_SKUS = """
    INSERT INTO inventory_sku (code, product_id, name, attributes, tax_rate, is_active)
    SELECT 'WIDE-' || n, p.id, 'Wide ' || n, '{}', 20, true
    FROM generate_series(%s, %s) n, (SELECT MIN(id) AS id FROM inventory_product) p
"""
_LEVELS = """
    INSERT INTO inventory_stocklevel (store_id, sku_id, on_hand)
    SELECT s.id, k.id, (s.id * 7 + k.id * 13) %% 20
    FROM generate_series(%s, %s) n
    JOIN inventory_sku k ON k.code = 'WIDE-' || n
    CROSS JOIN (SELECT id FROM stores_store WHERE code LIKE 'wide-%%') s
"""


def open_places() -> None:
    """Places of no demonstration."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [PLACES])


def fill_levels(before: int, levels: int) -> int:
    """Stock every place with more SKUs; answers how many SKUs there are then.

    Nobody is told of these levels, and no key is looked up: filling would take longer
    than measuring.
    """
    have, wanted = before // PLACES, levels // PLACES
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_SKUS, [have + 1, wanted])
        cursor.execute(_LEVELS, [have + 1, wanted])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE inventory_stocklevel, inventory_sku, stores_store")
    return wanted
