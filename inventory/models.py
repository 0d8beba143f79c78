"""The inventory floor's nouns, gathered for Django."""

from inventory.catalogue.models import Barcode as Barcode
from inventory.catalogue.models import Category as Category
from inventory.catalogue.models import Price as Price
from inventory.catalogue.models import Product as Product
from inventory.catalogue.models import Sku as Sku
from inventory.feeds.models import Feed as Feed
from inventory.feeds.models import FeedError as FeedError
from inventory.promises.models import Promise as Promise
from inventory.stock.models import SafetyStockChange as SafetyStockChange
from inventory.stock.models import StockLevel as StockLevel
from inventory.stock.models import StockMovement as StockMovement

__all__ = [
    "Barcode",
    "Category",
    "Feed",
    "FeedError",
    "Price",
    "Product",
    "Promise",
    "SafetyStockChange",
    "Sku",
    "StockLevel",
    "StockMovement",
]
