"""Questions about supply: answers are values, the rows stay at home."""

from inventory.supply.queries.incoming import DatedSlip as DatedSlip
from inventory.supply.queries.incoming import Incoming as Incoming
from inventory.supply.queries.incoming import dated_slips as dated_slips
from inventory.supply.queries.incoming import incoming as incoming
from inventory.supply.queries.lots import with_lots as with_lots
from inventory.supply.queries.purchases import NoticeLineView as NoticeLineView
from inventory.supply.queries.purchases import NoticeView as NoticeView
from inventory.supply.queries.purchases import PurchaseLineView as PurchaseLineView
from inventory.supply.queries.purchases import (
    PurchaseOrderNotFound as PurchaseOrderNotFound,
)
from inventory.supply.queries.purchases import PurchaseView as PurchaseView
from inventory.supply.queries.purchases import ShipNoticeNotFound as ShipNoticeNotFound
from inventory.supply.queries.purchases import notice_view as notice_view
from inventory.supply.queries.purchases import notice_views as notice_views
from inventory.supply.queries.purchases import purchase_view as purchase_view
from inventory.supply.queries.purchases import purchase_views as purchase_views
from inventory.supply.queries.receipts import Awaited as Awaited
from inventory.supply.queries.receipts import AwaitedNotFound as AwaitedNotFound
from inventory.supply.queries.receipts import ReceiptLineView as ReceiptLineView
from inventory.supply.queries.receipts import ReceiptNotFound as ReceiptNotFound
from inventory.supply.queries.receipts import ReceiptView as ReceiptView
from inventory.supply.queries.receipts import Tallied as Tallied
from inventory.supply.queries.receipts import awaited as awaited
from inventory.supply.queries.receipts import awaited_at as awaited_at
from inventory.supply.queries.receipts import receipt_view as receipt_view
from inventory.supply.queries.receipts import receipt_views as receipt_views
from inventory.supply.queries.receipts import tallied as tallied
from inventory.supply.queries.transfers import TransferLineView as TransferLineView
from inventory.supply.queries.transfers import TransferNotFound as TransferNotFound
from inventory.supply.queries.transfers import TransferView as TransferView
from inventory.supply.queries.transfers import transfer_view as transfer_view
from inventory.supply.queries.transfers import transfer_views as transfer_views
