"""Supply in the admin."""

from inventory.supply.admin import incoming, purchases, receipts, transfers

__all__ = ["incoming", "purchases", "receipts", "transfers"]
