"""The inventory floor's shelves in the admin, gathered."""

from inventory.catalogue import admin as catalogue
from inventory.feeds import admin as feeds
from inventory.promises import admin as promises
from inventory.stock import admin as stock

__all__ = ["catalogue", "feeds", "promises", "stock"]
