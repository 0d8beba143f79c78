"""Points in the admin: everything to read, nothing to edit."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from loyalty.points.models import Account, Entry, LinePoints, Lot, LotUse
from omniretail.kernel.admin import LedgerAdmin, ReadOnlyAdmin

LOT_COLOURS = {
    "PENDING": "warning",
    "ACTIVE": "success",
    "SPENT": "info",
    "EXPIRED": "danger",
}


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """What customers have, wait for and owe."""

    list_display = ("customer", "balance", "pending", "debt")
    list_select_related = ("customer",)
    search_fields = ("customer__number", "customer__search_name")
    ordering = ("-id",)


@admin.register(Entry)
class EntryAdmin(LedgerAdmin):
    """Every movement of points."""

    list_display = ("at", "customer", "kind", "points", "pending", "debt", "reference")
    list_filter = ("kind", "source")
    list_select_related = ("account__customer",)
    search_fields = ("reference", "order_number", "account__customer__number")
    date_hierarchy = "at"

    @display(description=_("customer"))
    def customer(self, entry: Entry) -> str:
        return entry.account.customer.number


@admin.register(Lot)
class LotAdmin(LedgerAdmin):
    """Points earned together, and what is left of them."""

    list_display = (
        "reference",
        "state",
        "points",
        "remaining",
        "activates_at",
        "expires_at",
    )
    list_filter = ("status", "source")
    search_fields = ("reference", "order_number", "account__customer__number")

    @display(description=_("status"), label=LOT_COLOURS)
    def state(self, lot: Lot) -> tuple[str, str]:
        return lot.status, lot.get_status_display()


@admin.register(LotUse)
class LotUseAdmin(LedgerAdmin):
    """Which entry took from which lot, and gave back."""

    list_display = ("entry", "lot", "points")
    list_select_related = ("entry", "lot")
    search_fields = ("entry__reference", "lot__reference")


@admin.register(LinePoints)
class LinePointsAdmin(LedgerAdmin):
    """What each order line earned and gave up."""

    currency_at = ""
    list_display = ("order_number", "line", "base_amount", "points", "entry")
    list_select_related = ("entry",)
    search_fields = ("order_number", "entry__reference")
