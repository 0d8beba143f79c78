"""Units with serial numbers in the admin: to find and to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from inventory.stock.models import Serial, SerialStep
from omniretail.kernel.admin import ReadingInline, ReadOnlyAdmin

_STEP = (
    "at",
    "kind",
    "store",
    "source",
    "target",
    "reference",
    "actor_kind",
    "actor_key",
    "movement",
)


class StepInline(ReadingInline):
    """The story of a unit, the latest first."""

    model = SerialStep
    fields = readonly_fields = _STEP
    ordering = ("-id",)
    verbose_name_plural = _("story")


@admin.register(Serial)
class SerialAdmin(ReadOnlyAdmin):
    """Every unit that was scanned, and where it is."""

    inlines = [StepInline]
    list_display = ("number", "sku", "store", "bucket", "reference", "seen_at")
    list_select_related = ("sku", "store")
    list_filter = ("bucket", "store")
    search_fields = ("number", "=sku__code", "=reference")
    ordering = ("-id",)


@admin.register(SerialStep)
class SerialStepAdmin(ReadOnlyAdmin):
    """Every step of every unit: a ledger."""

    list_display = ("serial", *_STEP)
    list_select_related = ("serial", "store", "movement")
    list_filter = ("kind", "store")
    search_fields = ("=serial__number", "=reference")
    ordering = ("-id",)
