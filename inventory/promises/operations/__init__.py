"""Every write to promises: made all at once, ended exactly once."""

from inventory.promises.operations.ending import MoreThanPromised as MoreThanPromised
from inventory.promises.operations.ending import PromiseNotFound as PromiseNotFound
from inventory.promises.operations.ending import consume_promises as consume_promises
from inventory.promises.operations.ending import expire_holds as expire_holds
from inventory.promises.operations.ending import release_promises as release_promises
from inventory.promises.operations.ending import write_off_short as write_off_short
from inventory.promises.operations.flash import Wish as Wish
from inventory.promises.operations.flash import WishAnswer as WishAnswer
from inventory.promises.operations.flash import hold_first_come as hold_first_come
from inventory.promises.operations.making import Demand as Demand
from inventory.promises.operations.making import LinePromisedTwice as LinePromisedTwice
from inventory.promises.operations.making import NothingAsked as NothingAsked
from inventory.promises.operations.making import PaymentUnderWay as PaymentUnderWay
from inventory.promises.operations.making import PlaceClosed as PlaceClosed
from inventory.promises.operations.making import TooManyHolds as TooManyHolds
from inventory.promises.operations.making import allocate_stock as allocate_stock
from inventory.promises.operations.making import hold_stock as hold_stock
from inventory.promises.operations.making import move_promises as move_promises
from inventory.promises.operations.paying import ExtendedBefore as ExtendedBefore
from inventory.promises.operations.paying import HoldEnded as HoldEnded
from inventory.promises.operations.paying import confirm_holds as confirm_holds
from inventory.promises.operations.paying import end_payment as end_payment
from inventory.promises.operations.paying import extend_holds as extend_holds
from inventory.promises.operations.paying import start_payment as start_payment
from inventory.promises.queries import PromiseSlip as PromiseSlip
from inventory.stock.operations import NotEnoughStock as NotEnoughStock
