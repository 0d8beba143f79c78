"""Receipts in the admin: written once, to read."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin

from inventory.lots.queries import lots_received
from inventory.supply.admin.lines import UnitLines, Units
from inventory.supply.models import Receipt, ReceiptLine, TallyLine
from inventory.supply.quantities import Condition
from omniretail.kernel.admin import LedgerAdmin, ReadOnlyAdmin


class ReceiptLineInline(UnitLines):
    """What came in, how it looked, which units they are and of which lots."""

    model = ReceiptLine
    document = "receipt"
    fields = ("sku", "condition", "quantity", "was_lost", "numbers", "lots")
    readonly_fields = fields

    def units_of(self, document: Any) -> Mapping[object, Units]:
        """By SKU and condition; a transfer's goods are booked under its number."""
        sent = document.transfer.number if document.transfer else ""
        lots = lots_received(sent or document.number, f"{document.number}:" if sent else "")
        return {
            (line.sku.code, line.condition): (
                line.serials,
                lots.get((line.sku.code, line.condition == Condition.GOOD), ()),
            )
            for line in document.lines.select_related("sku")
        }

    def key_of(self, line: Any) -> object:
        """A receipt names a SKU once in each condition."""
        return line.sku.code, line.condition


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
