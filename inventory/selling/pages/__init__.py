"""Tablet pages of selling: find, a level, and what is not for sale here."""

from inventory.selling.pages.blocking import block as block
from inventory.selling.pages.blocking import lift as lift
from inventory.selling.pages.finding import find as find
from inventory.selling.pages.finding import product as product
from inventory.selling.pages.finding import resolve_product as resolve_product
from inventory.selling.pages.levels import stock_level as stock_level
