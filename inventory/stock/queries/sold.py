"""How much of each SKU a place has sold: said once, for the statements that need it."""

SOLD = """
    sold AS (
        SELECT sku_id, SUM(quantity) AS units FROM inventory_stockmovement
        WHERE store_id = %(store)s AND kind = 'SALE' AND source = 'ON_HAND'
          AND at > %(sold_since)s AND at <= %(at)s
          AND (%(skus)s::bigint[] IS NULL OR sku_id = ANY(%(skus)s))
        GROUP BY sku_id
    )
"""
"""A common table: units sold from the shelf since a moment, of some SKUs or of all."""
