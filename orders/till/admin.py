"""Till sales in the admin: what landed, and what is still to be worked off."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.admin import LedgerAdmin
from orders.till.models import PosSale


@admin.register(PosSale)
class PosSaleAdmin(LedgerAdmin):
    """What tills told us. Refused sales show why until the till sends them again."""

    list_display = (
        "receipt_number",
        "device",
        "sequence",
        "order",
        "refusal",
        "sold_at",
        "received_at",
    )
    list_filter = (("order", admin.EmptyFieldListFilter), "device__store")
    list_select_related = ("device", "order")
    search_fields = ("receipt_number", "order__number", "device__code")
    date_hierarchy = "sold_at"

    @admin.display(description=_("why refused"))
    def refusal(self, sale: PosSale) -> str:
        """The refusal in words."""
        return str(sale.problem.get("title", "")) if sale.problem else ""
