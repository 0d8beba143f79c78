"""The nouns of the orders floor, gathered for Django."""

from orders.carts.models import Cart as Cart
from orders.carts.models import CartLine as CartLine
from orders.fulfilment.models import Fulfilment as Fulfilment
from orders.fulfilment.models import FulfilmentLine as FulfilmentLine
from orders.fulfilment.models import FulfilmentPart as FulfilmentPart
from orders.fulfilment.models import PickedSerial as PickedSerial
from orders.ordering.models import Order as Order
from orders.ordering.models import OrderLine as OrderLine
from orders.payments.models import PaymentRequest as PaymentRequest
from orders.payments.models import SandboxCall as SandboxCall
from orders.payments.models import SandboxCharge as SandboxCharge
from orders.payments.models import Tender as Tender
from orders.payments.models import TenderEntry as TenderEntry
from orders.returns.models import Return as Return
from orders.returns.models import ReturnLine as ReturnLine
from orders.sourcing.models import SourcingDecision as SourcingDecision
from orders.till.models import PosSale as PosSale
