"""Tablet pages of selling: find, and what is not for sale here."""

from inventory.selling.pages.finding import find as find
from inventory.selling.pages.finding import product as product
from inventory.selling.pages.finding import resolve_product as resolve_product
