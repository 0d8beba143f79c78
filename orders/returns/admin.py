"""Returns in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from omniretail.kernel.admin import LedgerAdmin
from orders.returns.models import Return, ReturnLine


class ReturnLineInline(TabularInline):
    """What came back."""

    model = ReturnLine
    extra = 0
    can_delete = False
    fields = ("order_line", "quantity", "disposition", "refund_amount", "points_amount")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Return)
class ReturnAdmin(LedgerAdmin):
    """Goods that came back, and what was paid back for them."""

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

    list_display = (
        "of_return",
        "order_line",
        "quantity",
        "disposition",
        "refund_amount",
        "points_amount",
    )
    list_filter = ("disposition",)
    list_select_related = ("of_return", "order_line")
    search_fields = ("of_return__number", "order_line__sku_code", "order_line__name")
