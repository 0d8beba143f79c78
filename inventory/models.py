"""The inventory floor's nouns, gathered for Django."""

from inventory.catalogue.models import Barcode as Barcode
from inventory.catalogue.models import Category as Category
from inventory.catalogue.models import KitPart as KitPart
from inventory.catalogue.models import Price as Price
from inventory.catalogue.models import Product as Product
from inventory.catalogue.models import Rearrangement as Rearrangement
from inventory.catalogue.models import Sku as Sku
from inventory.counts.models import CountEntry as CountEntry
from inventory.counts.models import CountLine as CountLine
from inventory.counts.models import CountSession as CountSession
from inventory.counts.models import CountTolerance as CountTolerance
from inventory.feeds.models import ExchangeFile as ExchangeFile
from inventory.feeds.models import ExchangePart as ExchangePart
from inventory.feeds.models import Feed as Feed
from inventory.feeds.models import FeedError as FeedError
from inventory.feeds.models import OutsideCode as OutsideCode
from inventory.lots.models import Lot as Lot
from inventory.lots.models import LotLevel as LotLevel
from inventory.lots.models import LotPick as LotPick
from inventory.lots.models import LotStep as LotStep
from inventory.lots.models import SkuWithLots as SkuWithLots
from inventory.lots.models import SplitMovement as SplitMovement
from inventory.promises.models import HoldEnd as HoldEnd
from inventory.promises.models import Promise as Promise
from inventory.replenishment.models import Proposal as Proposal
from inventory.replenishment.models import ReorderPolicy as ReorderPolicy
from inventory.replenishment.models import Run as Run
from inventory.replenishment.models import ShelfState as ShelfState
from inventory.replenishment.models import StockWait as StockWait
from inventory.replenishment.models import Velocity as Velocity
from inventory.safety.models import SafetyRule as SafetyRule
from inventory.selling.models import ChannelBuffer as ChannelBuffer
from inventory.selling.models import ChannelPlace as ChannelPlace
from inventory.selling.models import LostDemand as LostDemand
from inventory.selling.models import SafetyRuling as SafetyRuling
from inventory.selling.models import SaleBlock as SaleBlock
from inventory.selling.models import SellingChannel as SellingChannel
from inventory.stock.models import LevelChange as LevelChange
from inventory.stock.models import SafetyStockChange as SafetyStockChange
from inventory.stock.models import Serial as Serial
from inventory.stock.models import SerialStep as SerialStep
from inventory.stock.models import StockLevel as StockLevel
from inventory.stock.models import StockMovement as StockMovement
from inventory.supply.models import DatedPromise as DatedPromise
from inventory.supply.models import IncomingLine as IncomingLine
from inventory.supply.models import PurchaseOrder as PurchaseOrder
from inventory.supply.models import PurchaseOrderLine as PurchaseOrderLine
from inventory.supply.models import Receipt as Receipt
from inventory.supply.models import ReceiptLine as ReceiptLine
from inventory.supply.models import ShipNotice as ShipNotice
from inventory.supply.models import ShipNoticeLine as ShipNoticeLine
from inventory.supply.models import Supplier as Supplier
from inventory.supply.models import TallyLine as TallyLine
from inventory.supply.models import Transfer as Transfer
from inventory.supply.models import TransferLine as TransferLine

__all__ = [
    "Barcode",
    "Category",
    "ChannelBuffer",
    "ChannelPlace",
    "CountEntry",
    "CountLine",
    "CountSession",
    "CountTolerance",
    "DatedPromise",
    "ExchangeFile",
    "ExchangePart",
    "Feed",
    "FeedError",
    "HoldEnd",
    "IncomingLine",
    "KitPart",
    "LevelChange",
    "LostDemand",
    "Lot",
    "LotLevel",
    "LotPick",
    "LotStep",
    "OutsideCode",
    "Price",
    "Product",
    "Promise",
    "Proposal",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Rearrangement",
    "Receipt",
    "ReceiptLine",
    "ReorderPolicy",
    "Run",
    "SafetyRule",
    "SafetyRuling",
    "SafetyStockChange",
    "SaleBlock",
    "SellingChannel",
    "Serial",
    "SerialStep",
    "ShelfState",
    "ShipNotice",
    "ShipNoticeLine",
    "Sku",
    "SkuWithLots",
    "SplitMovement",
    "StockLevel",
    "StockMovement",
    "StockWait",
    "Supplier",
    "TallyLine",
    "Transfer",
    "TransferLine",
    "Velocity",
]
