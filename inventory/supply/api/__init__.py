"""The REST doors of supply."""

from inventory.supply.api.incoming import DatedPromiseViewSet as DatedPromiseViewSet
from inventory.supply.api.incoming import IncomingViewSet as IncomingViewSet
from inventory.supply.api.notices import ShipNoticeViewSet as ShipNoticeViewSet
from inventory.supply.api.purchases import PurchaseOrderViewSet as PurchaseOrderViewSet
from inventory.supply.api.purchases import SupplierViewSet as SupplierViewSet
from inventory.supply.api.receipts import ReceiptViewSet as ReceiptViewSet
from inventory.supply.api.transfers import TransferViewSet as TransferViewSet
