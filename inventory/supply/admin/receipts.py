"""Receipts in the admin: written once, to read."""

from django.contrib import admin

from inventory.supply.admin.lines import ReadLines
from inventory.supply.models import Receipt, ReceiptLine, TallyLine
from omniretail.kernel.admin import LedgerAdmin, ReadOnlyAdmin


class ReceiptLineInline(ReadLines):
    """What came in, and how it looked."""

    model = ReceiptLine
    fields = ("sku", "condition", "quantity", "was_lost")
    readonly_fields = fields


@admin.register(Receipt)
class ReceiptAdmin(LedgerAdmin):
    """What came in, where, and with which document."""

    list_display = (
        "number",
        "at",
        "kind",
        "store",
        "order",
        "notice",
        "transfer",
        "reference",
        "received_by",
    )
    list_select_related = ("store", "order", "notice", "transfer")
    list_filter = ("kind", "store")
    search_fields = (
        "=number",
        "=reference",
        "=order__number",
        "=notice__number",
        "=transfer__number",
        "lines__sku__code",
    )
    date_hierarchy = "at"
    inlines = (ReceiptLineInline,)


@admin.register(TallyLine)
class TallyLineAdmin(ReadOnlyAdmin):
    """What clerks have scanned and not booked yet."""

    list_display = (
        "store",
        "employee",
        "document",
        "sku",
        "condition",
        "quantity",
        "changed_at",
    )
    list_select_related = ("store", "sku")
    list_filter = ("store",)
    search_fields = ("=document", "=employee", "=sku__code")
    ordering = ("-changed_at", "-id")
