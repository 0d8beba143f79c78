"""The inventory floor's shelves in the admin, gathered."""

from inventory.availability import admin as availability
from inventory.catalogue import admin as catalogue
from inventory.counts import admin as counts
from inventory.feeds import admin as feeds
from inventory.lots import admin as lots
from inventory.promises import admin as promises
from inventory.replenishment import admin as replenishment
from inventory.safety import admin as safety
from inventory.selling import admin as selling
from inventory.serials import admin as serials
from inventory.stock import admin as stock
from inventory.supply import admin as supply

__all__ = [
    "availability",
    "catalogue",
    "counts",
    "feeds",
    "lots",
    "promises",
    "replenishment",
    "safety",
    "selling",
    "serials",
    "stock",
    "supply",
]
