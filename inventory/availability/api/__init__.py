"""REST doors of what may be had where, and of its changes."""

from inventory.availability.api.changes import StockChangeViewSet as StockChangeViewSet
from inventory.availability.api.grid import GridViewSet as GridViewSet
