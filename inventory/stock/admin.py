"""Levels and movements in the admin: to read, each level with what explains it."""

from typing import ClassVar

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from inventory.stock.models import StockLevel, StockMovement
from inventory.stock.queries import statement
from omniretail.kernel.admin import LedgerAdmin, ReadOnlyAdmin


class StockLevelAdmin(ReadOnlyAdmin):
    """What one place has of one SKU, with the movements that made it so."""

    list_display = (
        "sku",
        "store",
        "on_hand",
        "reserved",
        "safety_stock",
        "available_to_promise",
        "changed_at",
    )
    list_select_related = ("sku", "store")
    list_filter = ("store__kind", "store")
    search_fields = ("=sku__code", "sku__name", "=store__code")
    ordering = ("-changed_at", "-id")
    fields: ClassVar[tuple[str, ...]] = (
        "store",
        "sku",
        "on_hand",
        "reserved",
        "safety_stock",
        "available_to_promise",
        "changed_at",
        "latest_movements",
    )
    readonly_fields = fields

    @admin.display(description=_("latest movements"))
    def latest_movements(self, level: StockLevel) -> SafeString:
        """The last fifty, the newest first."""
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (
                    date_format(localtime(one.at), "SHORT_DATETIME_FORMAT"),
                    one.kind_name,
                    f"{one.change:+}",
                    one.reference,
                    one.actor_key,
                )
                for one in statement(level.store.code, level.sku.code).lines
            ),
        )
        return format_html('<table class="w-full"><tbody>{}</tbody></table>', rows)


@admin.register(StockMovement)
class StockMovementAdmin(LedgerAdmin):
    """Every unit that went from one bucket to another."""

    list_display = (
        "at",
        "kind",
        "sku",
        "store",
        "quantity",
        "source",
        "target",
        "reference",
        "reason",
        "actor_key",
    )
    list_select_related = ("sku", "store")
    list_filter = ("kind", "source", "target", "store")
    search_fields = ("=reference", "=sku__code", "=store__code")
    date_hierarchy = "at"
