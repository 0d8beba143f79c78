"""The catalogue: articles, what kits are made of, and prices."""

from inventory.catalogue.models.articles import CODE_PATTERN as CODE_PATTERN
from inventory.catalogue.models.articles import MOST_DAYS_LEFT as MOST_DAYS_LEFT
from inventory.catalogue.models.articles import Barcode as Barcode
from inventory.catalogue.models.articles import Category as Category
from inventory.catalogue.models.articles import Folded as Folded
from inventory.catalogue.models.articles import Product as Product
from inventory.catalogue.models.articles import Sku as Sku
from inventory.catalogue.models.kits import KitPart as KitPart
from inventory.catalogue.models.prices import Price as Price
from inventory.catalogue.models.prices import PriceQuerySet as PriceQuerySet
from inventory.catalogue.models.rearrangements import Rearrangement as Rearrangement
