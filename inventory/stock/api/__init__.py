"""REST doors of stock: what is where, how it came to be, and what changes it."""

from inventory.stock.api.levels import StockLevelViewSet as StockLevelViewSet
from inventory.stock.api.movements import StockMovementViewSet as StockMovementViewSet
from inventory.stock.api.writes import StockWriteViewSet as StockWriteViewSet
