"""Every write to levels: each change is a movement, told as a fact."""

from inventory.catalogue.queries import SkuNotFound as SkuNotFound
from inventory.stock.operations.adjusting import AdjustedTwice as AdjustedTwice
from inventory.stock.operations.adjusting import Adjustment as Adjustment
from inventory.stock.operations.adjusting import BelowPromised as BelowPromised
from inventory.stock.operations.adjusting import LevelChanged as LevelChanged
from inventory.stock.operations.adjusting import NothingToAdjust as NothingToAdjust
from inventory.stock.operations.adjusting import adjust_levels as adjust_levels
from inventory.stock.operations.adjusting import adjust_stock as adjust_stock
from inventory.stock.operations.moving import AlreadyRecorded as AlreadyRecorded
from inventory.stock.operations.moving import Move as Move
from inventory.stock.operations.moving import MovementKind as MovementKind
from inventory.stock.operations.moving import NotEnoughStock as NotEnoughStock
from inventory.stock.operations.moving import QuantityOutOfRange as QuantityOutOfRange
from inventory.stock.operations.moving import check_codes as check_codes
from inventory.stock.operations.moving import check_quantities as check_quantities
from inventory.stock.operations.moving import move_stock as move_stock
from inventory.stock.operations.moving import opened_levels as opened_levels
from inventory.stock.operations.trading import Disposition as Disposition
from inventory.stock.operations.trading import UnknownDisposition as UnknownDisposition
from inventory.stock.operations.trading import receive_stock as receive_stock
from inventory.stock.operations.trading import restock_return as restock_return
from inventory.stock.operations.trading import sell_stock as sell_stock
