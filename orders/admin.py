"""The orders floor in the admin, gathered."""

from orders.carts.admin import CartAdmin as CartAdmin
from orders.checkout.admin import OrderAdmin as OrderAdmin
from orders.checkout.admin import OrderLineAdmin as OrderLineAdmin
from orders.fulfilment.admin import FulfilmentAdmin as FulfilmentAdmin
from orders.fulfilment.admin import FulfilmentLineAdmin as FulfilmentLineAdmin
from orders.payments.admin import PaymentRequestAdmin as PaymentRequestAdmin
from orders.payments.admin import SandboxCallAdmin as SandboxCallAdmin
from orders.payments.admin import SandboxChargeAdmin as SandboxChargeAdmin
from orders.payments.admin import TenderAdmin as TenderAdmin
from orders.payments.admin import TenderEntryAdmin as TenderEntryAdmin
from orders.returns.admin import ReturnAdmin as ReturnAdmin
from orders.returns.admin import ReturnLineAdmin as ReturnLineAdmin
from orders.sourcing.admin import SourcingDecisionAdmin as SourcingDecisionAdmin
from orders.till.admin import PosSaleAdmin as PosSaleAdmin
