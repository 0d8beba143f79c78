"""Every law of the house: id to its sentence, when it holds, and its dotted query."""

from omniretail.kernel.laws import Law
from omniretail.laws.orders import ORDERS
from omniretail.laws.records import RECORDS
from omniretail.laws.stock import STOCK

LAWS: dict[str, Law] = RECORDS | STOCK | ORDERS
