"""Nouns of supply and their laws."""

from inventory.supply.models.incoming import DatedPromise as DatedPromise
from inventory.supply.models.incoming import IncomingLine as IncomingLine
from inventory.supply.models.notices import ShipNotice as ShipNotice
from inventory.supply.models.notices import ShipNoticeLine as ShipNoticeLine
from inventory.supply.models.purchases import PurchaseOrder as PurchaseOrder
from inventory.supply.models.purchases import PurchaseOrderLine as PurchaseOrderLine
from inventory.supply.models.receipts import Receipt as Receipt
from inventory.supply.models.receipts import ReceiptLine as ReceiptLine
from inventory.supply.models.suppliers import Supplier as Supplier
from inventory.supply.models.tallies import TallyLine as TallyLine
from inventory.supply.models.transfers import Transfer as Transfer
from inventory.supply.models.transfers import TransferLine as TransferLine
