"""The inventory floor's shelves in the admin, gathered."""

from inventory.catalogue import admin as catalogue
from inventory.feeds import admin as feeds
from inventory.promises import admin as promises
from inventory.stock import admin as stock
from inventory.supply import admin as supply

__all__ = ["catalogue", "feeds", "promises", "stock", "supply"]
