"""Products, SKUs and their barcodes."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from inventory.feeds.landing.outcome import Landing, affected, staged_between
from inventory.feeds.staging import Stage
from omniretail.kernel.actors import Actor

# NULL is what a feed does not tell: there what is known stays. A SKU that is told no
# product is one by itself; a product by itself is called like its SKU.
_TOLD = """
    feed_stage f
    LEFT JOIN inventory_sku h ON h.code = f.sku_code
    LEFT JOIN inventory_product o ON o.id = h.product_id
    CROSS JOIN LATERAL (
        SELECT COALESCE(
            CASE WHEN f.product_code IS NULL THEN o.code
                 ELSE NULLIF(f.product_code, '') END,
            f.sku_code
        ) AS product_code
    ) AS t
"""
_PRODUCTS = f"""
    INSERT INTO inventory_product AS p (code, name, brand, category_id, description)
    SELECT DISTINCT ON (t.product_code) t.product_code,
           COALESCE(
               NULLIF(f.product_name, ''),
               CASE WHEN f.product_name IS NULL
                         AND (e.code, e.name) IS DISTINCT FROM (f.sku_code, h.name)
                    THEN e.name END,
               f.name
           ),
           COALESCE(f.brand, e.brand, ''), c.id,
           COALESCE(f.description, e.description, '')
    FROM {_TOLD}
    LEFT JOIN inventory_product e ON e.code = t.product_code
    JOIN inventory_category c ON c.code = f.category_code
    WHERE f.line >= %(first)s AND f.line < %(behind)s
    ORDER BY t.product_code, f.line
    ON CONFLICT (code) DO UPDATE
    SET name = EXCLUDED.name, brand = EXCLUDED.brand,
        category_id = EXCLUDED.category_id, description = EXCLUDED.description
    WHERE (p.name, p.brand, p.category_id, p.description) IS DISTINCT FROM
          (EXCLUDED.name, EXCLUDED.brand, EXCLUDED.category_id, EXCLUDED.description)
"""  # noqa: S608 - our own names
_SKUS = f"""
    INSERT INTO inventory_sku AS k
        (code, product_id, name, attributes, tax_rate, is_active, keeps_lots,
         shelf_life_left_days)
    SELECT f.sku_code, p.id, f.name, COALESCE(f.attributes, h.attributes, '{{}}'),
           f.tax_rate, COALESCE(f.is_active, h.is_active, true),
           COALESCE(f.keeps_lots, h.keeps_lots, false),
           COALESCE(f.shelf_life_left_days, h.shelf_life_left_days, 0)
    FROM {_TOLD}
    JOIN inventory_product p ON p.code = t.product_code
    WHERE f.line >= %(first)s AND f.line < %(behind)s
    ORDER BY f.sku_code
    ON CONFLICT (code) DO UPDATE
    SET product_id = EXCLUDED.product_id, name = EXCLUDED.name,
        attributes = EXCLUDED.attributes, tax_rate = EXCLUDED.tax_rate,
        is_active = EXCLUDED.is_active, keeps_lots = EXCLUDED.keeps_lots,
        shelf_life_left_days = EXCLUDED.shelf_life_left_days
    WHERE (k.product_id, k.name, k.attributes, k.tax_rate, k.is_active, k.keeps_lots,
           k.shelf_life_left_days) IS DISTINCT FROM
          (EXCLUDED.product_id, EXCLUDED.name, EXCLUDED.attributes, EXCLUDED.tax_rate,
           EXCLUDED.is_active, EXCLUDED.keeps_lots, EXCLUDED.shelf_life_left_days)
"""  # noqa: S608 - our own names
_SERIALISED = """
    UPDATE inventory_sku k SET is_serialised = f.is_serialised
    FROM feed_stage f
    WHERE f.line >= %(first)s AND f.line < %(behind)s AND k.code = f.sku_code
      AND k.is_serialised <> f.is_serialised
"""
_NOT_SERIALISED = """
    SELECT f.line, f.sku_code, k.name
    FROM feed_stage f JOIN inventory_sku k ON k.code = f.sku_code
    WHERE f.is_serialised AND k.is_kit ORDER BY f.line
"""
_STILL_NAMED = """
    SELECT f.line, f.sku_code, k.name
    FROM feed_stage f JOIN inventory_sku k ON k.code = f.sku_code
    WHERE NOT f.is_serialised AND k.is_serialised AND EXISTS (
        SELECT FROM inventory_serial s WHERE s.sku_id = k.id
          AND (s.store_id IS NOT NULL OR s.bucket = 'IN_TRANSIT'))
    ORDER BY f.line
"""
_BARCODES = """
    INSERT INTO inventory_barcode (sku_id, gtin)
    SELECT k.id, g.gtin
    FROM feed_stage f
    JOIN inventory_sku k ON k.code = f.sku_code, unnest(f.gtins) AS g(gtin)
    WHERE f.line >= %(first)s AND f.line < %(behind)s
    ORDER BY g.gtin
    ON CONFLICT DO NOTHING
"""
_TAKEN = """
    SELECT f.line, g.gtin, k.code
    FROM feed_stage f, unnest(f.gtins) AS g(gtin)
    JOIN inventory_barcode b ON b.gtin = g.gtin
    JOIN inventory_sku k ON k.id = b.sku_id
    WHERE k.code <> f.sku_code ORDER BY f.line
"""
_SHARED = """
    SELECT line, gtin, first FROM (
        SELECT f.line, g.gtin, MIN(f.line) OVER (PARTITION BY g.gtin) AS first
        FROM feed_stage f, unnest(f.gtins) AS g(gtin)
    ) AS r WHERE line <> first ORDER BY line
"""

_MAPPED = """
    INSERT INTO inventory_outsidecode AS o (kind, outside_id, code)
    SELECT 'SKU', outside_id, sku_code FROM feed_stage
    WHERE line >= %(first)s AND line < %(behind)s AND outside_id IS NOT NULL
    ORDER BY outside_id
    ON CONFLICT (kind, outside_id) DO UPDATE SET code = EXCLUDED.code
    WHERE o.code <> EXCLUDED.code
"""
_LOTS_OF_A_KIT = """
    SELECT f.line, f.sku_code, '' FROM feed_stage f
    JOIN inventory_sku k ON k.code = f.sku_code AND k.is_kit
    WHERE f.keeps_lots ORDER BY f.line
"""
_LOTS_GIVEN_UP = """
    SELECT f.line, f.sku_code, '' FROM feed_stage f
    JOIN inventory_sku k ON k.code = f.sku_code AND k.keeps_lots
    WHERE NOT f.keeps_lots ORDER BY f.line
"""
_TOLD_APART_TWICE = """
    SELECT f.line, f.sku_code, '' FROM feed_stage f
    LEFT JOIN inventory_sku k ON k.code = f.sku_code
    WHERE COALESCE(f.is_serialised, k.is_serialised)
      AND COALESCE(f.keeps_lots, k.keeps_lots) ORDER BY f.line
"""
_TAKEN_BY_ANOTHER = """
    SELECT f.line, f.sku_code, o.outside_id
    FROM feed_stage f JOIN inventory_outsidecode o ON o.kind = 'SKU' AND o.code = f.sku_code
    WHERE o.outside_id <> f.outside_id ORDER BY f.line
"""
_TOLD_TWICE = """
    SELECT line, outside_id, first FROM (
        SELECT line, outside_id, MIN(line) OVER (PARTITION BY outside_id) AS first
        FROM feed_stage WHERE outside_id IS NOT NULL
    ) AS r WHERE line <> first ORDER BY line
"""


def check(stage: Stage, *, at: datetime) -> None:
    """Refuse rows in unknown categories and barcodes that belong to another SKU."""
    del at
    stage.refuse_unknown(
        "category_code",
        known="SELECT code FROM inventory_category",
        message=_("There is no such category."),
    )
    stage.refuse_where(
        _TAKEN_BY_ANOTHER,
        field="sku_code",
        message=_("This code belongs to the Ид %(other)s."),
    )
    stage.refuse_where(
        _TOLD_TWICE, field="outside_id", message=_("Says again what line %(other)s said.")
    )
    stage.refuse_where(
        _NOT_SERIALISED,
        field="is_serialised",
        message=_("A kit has no serial numbers of its own; its parts have."),
    )
    stage.refuse_where(
        _STILL_NAMED,
        field="is_serialised",
        message=_("Units with serial numbers are in stock."),
    )
    stage.refuse_where(
        _TAKEN, field="gtins", message=_("This barcode belongs to %(other)s.")
    )
    stage.refuse_where(
        _LOTS_OF_A_KIT, field="keeps_lots", message=_("A kit keeps no lots; its parts may.")
    )
    stage.refuse_where(
        _LOTS_GIVEN_UP, field="keeps_lots", message=_("Lots are kept for good.")
    )
    stage.refuse_where(
        _TOLD_APART_TWICE,
        field="keeps_lots",
        message=_("Units have serial numbers or lots, not both."),
    )
    stage.refuse_where(
        _SHARED, field="gtins", message=_("Line %(other)s has this barcode too.")
    )


def land(
    stage: Stage, first: int, behind: int, *, reference: str, by: Actor, at: datetime
) -> Landing:
    """Add what is new and change what differs; barcodes are added, never taken away."""
    del stage, reference, by, at  # a catalogue row keeps no history
    span: dict[str, Any] = {"first": first, "behind": behind}
    products = affected(_PRODUCTS, span)
    skus = max(affected(_SKUS, span), affected(_SERIALISED, span))
    barcodes = affected(_BARCODES, span)
    mapped = affected(_MAPPED, span)
    landed = staged_between(first, behind)
    return Landing(landed, min(landed, max(products, skus, barcodes, mapped)))
