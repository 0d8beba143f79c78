"""Questions about what is sold: answers are values, the rows stay at home."""

from inventory.catalogue.queries.cards import CategoryCard as CategoryCard
from inventory.catalogue.queries.cards import SkuCard as SkuCard
from inventory.catalogue.queries.cards import SkuNotFound as SkuNotFound
from inventory.catalogue.queries.cards import alike_skus as alike_skus
from inventory.catalogue.queries.cards import categories as categories
from inventory.catalogue.queries.cards import find_skus as find_skus
from inventory.catalogue.queries.cards import matching_skus as matching_skus
from inventory.catalogue.queries.cards import prices as prices
from inventory.catalogue.queries.cards import sku_by_gtin as sku_by_gtin
from inventory.catalogue.queries.cards import sku_card as sku_card
from inventory.catalogue.queries.cards import sku_cards as sku_cards
from inventory.catalogue.queries.cards import sku_ids as sku_ids
from inventory.catalogue.queries.cards import skus_by_gtin as skus_by_gtin
from inventory.catalogue.queries.cards import subtree as subtree
from inventory.catalogue.queries.kits import KitContent as KitContent
from inventory.catalogue.queries.kits import KitHasNoStock as KitHasNoStock
from inventory.catalogue.queries.kits import SkuKey as SkuKey
from inventory.catalogue.queries.kits import kit_contents as kit_contents
from inventory.catalogue.queries.kits import kits as kits
from inventory.catalogue.queries.kits import shelf_sku_ids as shelf_sku_ids
from inventory.catalogue.queries.kits import sku_keys as sku_keys
