"""Returns in the admin."""

from django.contrib import admin

from omniretail.kernel.admin import LedgerAdmin, ReadingInline
from orders.returns.models import Return, ReturnLine


class ReturnLineInline(ReadingInline):
    """What came back."""

    currency_at = "of_return.order.currency"
    model = ReturnLine
    fields = ("order_line", "quantity", "disposition", "refund_amount", "points_amount")
    readonly_fields = fields


@admin.register(Return)
class ReturnAdmin(LedgerAdmin):
    """Goods that came back, and what was paid back for them."""

    currency_at = "order.currency"
    list_display = (
        "number",
        "order",
        "store",
        "refund_amount",
        "received_at",
        "received_by",
    )
    list_filter = ("store",)
    list_select_related = ("order", "store")
    search_fields = ("number", "order__number", "reason", "received_by")
    date_hierarchy = "received_at"
    inlines = (ReturnLineInline,)


@admin.register(ReturnLine)
class ReturnLineAdmin(LedgerAdmin):
    """Returned units, to find an article that often comes back."""

    currency_at = "of_return.order.currency"
    list_display = (
        "of_return",
        "order_line",
        "quantity",
        "disposition",
        "refund_amount",
        "points_amount",
    )
    list_filter = ("disposition",)
    list_select_related = ("of_return__order", "order_line")
    search_fields = ("of_return__number", "order_line__sku_code", "order_line__name")
