"""Every write to lots that is not a movement."""

from inventory.lots.operations.expiring import quarantine_expired as quarantine_expired
from inventory.lots.operations.opening import ExpiryMissing as ExpiryMissing
from inventory.lots.operations.opening import LotMissing as LotMissing
from inventory.lots.operations.opening import LotNotFound as LotNotFound
from inventory.lots.operations.opening import NoLotsKept as NoLotsKept
from inventory.lots.operations.opening import OtherExpiry as OtherExpiry
from inventory.lots.operations.opening import ReasonMissing as ReasonMissing
from inventory.lots.operations.opening import ToldLot as ToldLot
from inventory.lots.operations.opening import check_lots as check_lots
from inventory.lots.operations.opening import correct_expiry as correct_expiry
from inventory.lots.operations.opening import open_lots as open_lots
from inventory.lots.operations.picking import LotNotHere as LotNotHere
from inventory.lots.operations.picking import LotPastSale as LotPastSale
from inventory.lots.operations.picking import check_lot_here as check_lot_here
from inventory.lots.operations.picking import lots_set_aside as lots_set_aside
from inventory.lots.operations.picking import pick_lot as pick_lot
from inventory.lots.operations.picking import put_back_lot as put_back_lot
from inventory.lots.operations.picking import set_lots_aside as set_lots_aside
from inventory.lots.operations.returning import restock_by_lots as restock_by_lots
