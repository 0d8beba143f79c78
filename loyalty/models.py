"""The loyalty floor's nouns, gathered for Django."""

from loyalty.identity.models import Consent as Consent
from loyalty.identity.models import Customer as Customer
from loyalty.identity.models import CustomerToken as CustomerToken
from loyalty.identity.models import Identifier as Identifier
from loyalty.identity.models import LoginCode as LoginCode
from loyalty.messaging.models import Message as Message
from loyalty.messaging.models import SandboxMail as SandboxMail
from loyalty.points.models import Account as Account
from loyalty.points.models import Entry as Entry
from loyalty.points.models import LinePoints as LinePoints
from loyalty.points.models import Lot as Lot
from loyalty.points.models import LotUse as LotUse

__all__ = [
    "Account",
    "Consent",
    "Customer",
    "CustomerToken",
    "Entry",
    "Identifier",
    "LinePoints",
    "LoginCode",
    "Lot",
    "LotUse",
    "Message",
    "SandboxMail",
]
