"""Levels and the double-entry movements that explain them."""

from inventory.stock.models.buckets import SHELVES as SHELVES
from inventory.stock.models.buckets import Bucket as Bucket
from inventory.stock.models.changes import LevelChange as LevelChange
from inventory.stock.models.levels import Figures as Figures
from inventory.stock.models.levels import SafetyStockChange as SafetyStockChange
from inventory.stock.models.levels import Shift as Shift
from inventory.stock.models.levels import StockLevel as StockLevel
from inventory.stock.models.levels import StockLevelQuerySet as StockLevelQuerySet
from inventory.stock.models.movements import CORRECTIONS as CORRECTIONS
from inventory.stock.models.movements import NOT_LOOKED as NOT_LOOKED
from inventory.stock.models.movements import OBSERVATIONS as OBSERVATIONS
from inventory.stock.models.movements import SEEN_BEFORE as SEEN_BEFORE
from inventory.stock.models.movements import SOLD_MEANWHILE as SOLD_MEANWHILE
from inventory.stock.models.movements import StockMovement as StockMovement
from inventory.stock.models.movements import StockMovementQuerySet as StockMovementQuerySet
from inventory.stock.models.serials import Serial as Serial
from inventory.stock.models.serials import SerialStep as SerialStep
