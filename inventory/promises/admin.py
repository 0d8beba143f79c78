"""Promises in the admin, and levels with the promises that hold them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from inventory.promises.models import Promise
from inventory.promises.operations import release_promises
from inventory.promises.queries import promises_at
from inventory.stock.admin import StockLevelAdmin
from inventory.stock.models import StockLevel
from omniretail.kernel import clock
from omniretail.kernel.admin import ReadOnlyAdmin, actor, told


@admin.register(StockLevel)
class PromisedLevelAdmin(StockLevelAdmin):
    """A level with its movements and with whom it is kept for."""

    fields = readonly_fields = (*StockLevelAdmin.fields, "kept_for")

    @admin.display(description=_("kept for"))
    def kept_for(self, level: StockLevel) -> SafeString:
        """Who has what of it, and until when."""
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (
                    slip.reference,
                    slip.quantity,
                    Promise.Status(slip.status).label,
                    date_format(localtime(slip.ends_at), "SHORT_DATETIME_FORMAT")
                    if slip.ends_at
                    else "",
                )
                for slip in promises_at(level.store.code, level.sku.code)
            ),
        )
        return format_html('<table class="w-full"><tbody>{}</tbody></table>', rows)


@admin.register(Promise)
class PromiseAdmin(ReadOnlyAdmin):
    """What is kept for whom, where, and how it ended."""

    list_display = (
        "created_at",
        "reference",
        "sku",
        "store",
        "quantity",
        "status",
        "ends_at",
        "payment_in_flight",
        "ended_at",
    )
    list_select_related = ("sku", "store")
    list_filter = ("status", "payment_in_flight", "store")
    search_fields = ("=reference", "=owner", "=sku__code")
    ordering = ("-id",)
    actions = ("give_back",)

    @action(description=_("Give holds back"))
    def give_back(self, request: HttpRequest, queryset: QuerySet[Promise]) -> None:
        """End holds that nobody pays for; allocations belong to orders and stay."""
        for hold in queryset.filter(status="HELD", payment_in_flight=False):
            with told(request, gettext("%s is given back.") % hold.reference):
                release_promises(
                    reference=hold.reference,
                    lines=[hold.line],
                    by=actor(request),
                    at=clock.now(),
                )
