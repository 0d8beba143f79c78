"""Every write to documents of supply."""

from inventory.promises.operations import PlaceClosed as PlaceClosed
from inventory.stock.operations import NotEnoughStock as NotEnoughStock
from inventory.supply.operations.announcing import Delivery as Delivery
from inventory.supply.operations.announcing import MoreThanOrdered as MoreThanOrdered
from inventory.supply.operations.announcing import NotAwaited as NotAwaited
from inventory.supply.operations.announcing import NotOnOrder as NotOnOrder
from inventory.supply.operations.announcing import announce_delivery as announce_delivery
from inventory.supply.operations.announcing import close_delivery as close_delivery
from inventory.supply.operations.arriving import MoreThanSent as MoreThanSent
from inventory.supply.operations.arriving import NotInTransfer as NotInTransfer
from inventory.supply.operations.arriving import NotSentYet as NotSentYet
from inventory.supply.operations.arriving import receive_transfer as receive_transfer
from inventory.supply.operations.dating import LineDatedTwice as LineDatedTwice
from inventory.supply.operations.dating import NotEnoughComing as NotEnoughComing
from inventory.supply.operations.dating import cancel_dated as cancel_dated
from inventory.supply.operations.dating import promise_incoming as promise_incoming
from inventory.supply.operations.looking_up import NothingListed as NothingListed
from inventory.supply.operations.looking_up import WrongEnd as WrongEnd
from inventory.supply.operations.losing import NotYourOwnLoss as NotYourOwnLoss
from inventory.supply.operations.losing import write_off_transfer as write_off_transfer
from inventory.supply.operations.purchasing import NumberTaken as NumberTaken
from inventory.supply.operations.purchasing import Purchase as Purchase
from inventory.supply.operations.purchasing import SkuListedTwice as SkuListedTwice
from inventory.supply.operations.purchasing import SupplierNotFound as SupplierNotFound
from inventory.supply.operations.purchasing import SupplierStopped as SupplierStopped
from inventory.supply.operations.purchasing import (
    cancel_purchase_order as cancel_purchase_order,
)
from inventory.supply.operations.purchasing import (
    close_purchase_order as close_purchase_order,
)
from inventory.supply.operations.purchasing import (
    draft_purchase_order as draft_purchase_order,
)
from inventory.supply.operations.purchasing import (
    place_purchase_order as place_purchase_order,
)
from inventory.supply.operations.receiving import receive_blind as receive_blind
from inventory.supply.operations.receiving import receive_delivery as receive_delivery
from inventory.supply.operations.receiving import receive_order as receive_order
from inventory.supply.operations.serials import MoreThanAsked as MoreThanAsked
from inventory.supply.operations.suppliers import NotAPercentage as NotAPercentage
from inventory.supply.operations.suppliers import SupplierDetails as SupplierDetails
from inventory.supply.operations.suppliers import save_supplier as save_supplier
from inventory.supply.operations.tallying import BLIND as BLIND
from inventory.supply.operations.tallying import OUTGOING as OUTGOING
from inventory.supply.operations.tallying import NotExpected as NotExpected
from inventory.supply.operations.tallying import TallyScan as TallyScan
from inventory.supply.operations.tallying import clear_tally as clear_tally
from inventory.supply.operations.tallying import tally_unit as tally_unit
from inventory.supply.operations.tallying import untally_unit as untally_unit
from inventory.supply.operations.transferring import (
    NotYourOwnTransfer as NotYourOwnTransfer,
)
from inventory.supply.operations.transferring import ReasonMissing as ReasonMissing
from inventory.supply.operations.transferring import SamePlace as SamePlace
from inventory.supply.operations.transferring import approve_transfer as approve_transfer
from inventory.supply.operations.transferring import cancel_transfer as cancel_transfer
from inventory.supply.operations.transferring import dispatch_transfer as dispatch_transfer
from inventory.supply.operations.transferring import request_transfer as request_transfer
from inventory.supply.operations.writing import AlreadyReceived as AlreadyReceived
from inventory.supply.quantities import Condition as Condition
from inventory.supply.quantities import Counted as Counted
from inventory.supply.quantities import Wanted as Wanted
from inventory.supply.queries import PurchaseOrderNotFound as PurchaseOrderNotFound
from inventory.supply.queries import ShipNoticeNotFound as ShipNoticeNotFound
from inventory.supply.queries import TransferNotFound as TransferNotFound
