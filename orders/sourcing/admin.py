"""Why each place was chosen."""

from django.contrib import admin

from omniretail.kernel.admin import LedgerAdmin
from orders.sourcing.models import SourcingDecision


@admin.register(SourcingDecision)
class SourcingDecisionAdmin(LedgerAdmin):
    """Which place serves which units, and which others were considered."""

    list_display = ("decided_at", "order", "order_line", "store", "quantity", "reason")
    list_filter = ("reason", "store")
    list_select_related = ("order", "order_line", "store")
    search_fields = ("order__number", "store_code", "order_line__sku_code")
    date_hierarchy = "decided_at"
