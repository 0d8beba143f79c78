"""Transfers in the admin: to read, and with levers that call operations."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from inventory.supply import operations
from inventory.supply.admin.lines import ReadLines
from inventory.supply.models import Transfer, TransferLine
from omniretail.kernel import clock
from omniretail.kernel.admin import ReadOnlyAdmin, actor, told


class TransferLineInline(ReadLines):
    """What it moves, and how far each article is."""

    model = TransferLine
    fields = ("sku", "requested", "approved", "dispatched", "received", "lost")
    readonly_fields = fields


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
    inlines = (TransferLineInline,)
    actions = ("approve", "send_off", "write_off", "cancel")

    @action(description=_("Approve as requested"))
    def approve(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> None:
        """Keep the goods at the source."""
        for transfer in queryset:
            with told(request, gettext("%s is approved.") % transfer):
                operations.approve_transfer(
                    number=transfer.number, by=actor(request), at=clock.now()
                )

    @action(description=_("Send as approved"))
    def send_off(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> None:
        """The goods have left."""
        for transfer in queryset:
            with told(request, gettext("%s is on its way.") % transfer):
                operations.dispatch_transfer(
                    number=transfer.number, by=actor(request), at=clock.now()
                )

    @action(description=_("Record what is on the road as lost"))
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

    @action(description=pgettext_lazy("goods", "Cancel"))
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
