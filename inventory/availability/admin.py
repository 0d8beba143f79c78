"""The changes of the stock in the admin, as followers are told them."""

from django.contrib import admin

from inventory.stock.models import LevelChange
from omniretail.kernel.admin import LedgerAdmin


@admin.register(LevelChange)
class LevelChangeAdmin(LedgerAdmin):
    """What each level said from when on."""

    list_display = (
        "recorded_at",
        "sku",
        "store",
        "on_hand",
        "reserved",
        "safety_stock",
        "position",
        "id",
    )
    list_select_related = ("sku", "store")
    list_filter = ("store",)
    search_fields = ("=sku__code",)
