"""The loyalty floor in the admin, gathered."""

from loyalty.identity.admin import ConsentAdmin as ConsentAdmin
from loyalty.identity.admin import CustomerAdmin as CustomerAdmin
from loyalty.identity.admin import CustomerTokenAdmin as CustomerTokenAdmin
from loyalty.identity.admin import IdentifierAdmin as IdentifierAdmin
from loyalty.identity.admin import LoginCodeAdmin as LoginCodeAdmin
from loyalty.messaging.admin import MessageAdmin as MessageAdmin
from loyalty.messaging.admin import SandboxMailAdmin as SandboxMailAdmin
from loyalty.points.admin import AccountAdmin as AccountAdmin
from loyalty.points.admin import EntryAdmin as EntryAdmin
from loyalty.points.admin import LinePointsAdmin as LinePointsAdmin
from loyalty.points.admin import LotAdmin as LotAdmin
from loyalty.points.admin import LotUseAdmin as LotUseAdmin
