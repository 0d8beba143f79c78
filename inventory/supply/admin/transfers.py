"""Transfers in the admin: to read, and with levers that call operations."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from inventory.stock.queries import serials_sent
from inventory.supply import operations
from inventory.supply.admin.lines import ReceiptInline, UnitLines, Units
from inventory.supply.models import Transfer, TransferLine
from inventory.supply.queries import transfer_view, with_lots
from omniretail.kernel import clock
from omniretail.kernel.admin import ReadOnlyAdmin, actor, lever, told


class TransferLineInline(UnitLines):
    """What it moves, how far each article is, which units they are and of which lots."""

    model = TransferLine
    document = "transfer"
    fields = (
        "sku",
        "requested",
        "approved",
        "dispatched",
        "on_the_road",
        "received",
        "lost",
        "numbers",
        "lots",
    )
    readonly_fields = fields

    @display(description=_("on the road"))
    def on_the_road(self, line: Any) -> int:
        """Units that are at neither end."""
        return int(line.in_transit)

    def units_of(self, document: Any) -> Mapping[object, Units]:
        """By SKU: what was set aside or goes first, then what left."""
        view = with_lots(transfer_view(document.number), at=clock.now())
        serials = serials_sent(document.number)
        return {
            line.sku_code: (serials.get(line.sku_code, ()), line.lots)
            for line in view.lines
        }

    def key_of(self, line: Any) -> object:
        """A transfer names a SKU once."""
        return line.sku.code


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    """What goes from where to where."""

    list_display = (
        "number",
        "source",
        "target",
        "status",
        "due_at",
        "expected_at",
        "requested_by",
        "approved_by",
        "dispatched_by",
    )
    list_select_related = ("source", "target")
    list_filter = ("status", "source", "target")
    search_fields = ("=number", "lines__sku__code", "=source__code", "=target__code")
    date_hierarchy = "requested_at"
    ordering = ("-requested_at", "-id")
    inlines = (TransferLineInline, ReceiptInline)
    actions = ("approve", "send_off", "write_off", "cancel")

    @lever(description=_("Approve as requested"))
    def approve(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> None:
        """Keep the goods at the source."""
        for transfer in queryset:
            with told(request, gettext("%s is approved.") % transfer):
                operations.approve_transfer(
                    number=transfer.number, by=actor(request), at=clock.now()
                )

    @lever(description=_("Send as approved"))
    def send_off(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> None:
        """The goods have left."""
        for transfer in queryset:
            with told(request, gettext("%s is on its way.") % transfer):
                operations.dispatch_transfer(
                    number=transfer.number, by=actor(request), at=clock.now()
                )

    @lever(description=_("Record what is on the road as lost"))
    def write_off(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> None:
        """Nothing more of it will come."""
        for transfer in queryset:
            with told(request, gettext("%s is closed.") % transfer):
                operations.write_off_transfer(
                    number=transfer.number,
                    reason=gettext("Closed in the admin"),
                    by=actor(request),
                    at=clock.now(),
                )

    @lever(description=pgettext_lazy("goods", "Cancel"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> None:
        """Nothing will be sent."""
        for transfer in queryset:
            with told(request, pgettext("goods", "%s is cancelled.") % transfer):
                operations.cancel_transfer(
                    number=transfer.number,
                    reason=gettext("Cancelled in the admin"),
                    by=actor(request),
                    at=clock.now(),
                )
