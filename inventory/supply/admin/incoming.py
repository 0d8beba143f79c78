"""What is still to come, and who waits for it, in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.supply.models import DatedPromise, IncomingLine
from inventory.supply.operations import cancel_dated
from omniretail.kernel import clock
from omniretail.kernel.admin import ReadOnlyAdmin, actor, lever, told


@admin.register(IncomingLine)
class IncomingLineAdmin(ReadOnlyAdmin):
    """What open orders and transfers will bring, and what of it is promised."""

    list_display = (
        "sku",
        "store",
        "expected_at",
        "units",
        "promised",
        "order_line",
        "transfer_line",
    )
    list_select_related = ("sku", "store", "order_line", "transfer_line")
    list_filter = ("store",)
    search_fields = (
        "=sku__code",
        "=store__code",
        "=order_line__order__number",
        "=transfer_line__transfer__number",
    )
    ordering = ("expected_at", "id")


@admin.register(DatedPromise)
class DatedPromiseAdmin(ReadOnlyAdmin):
    """For whom goods are kept that have not come yet."""

    list_display = (
        "reference",
        "line",
        "owner",
        "quantity",
        "status",
        "promised_for",
        "created_at",
        "ended_at",
    )
    list_filter = ("status",)
    search_fields = ("=reference", "=owner", "=incoming__sku__code")
    ordering = ("-created_at", "-id")
    actions = ("give_back",)

    @lever(description=_("Cancel: nobody waits any more"))
    def give_back(self, request: HttpRequest, queryset: QuerySet[DatedPromise]) -> None:
        """What is to come is free for others."""
        for promise in queryset.filter(status=DatedPromise.Status.WAITING):
            with told(request, gettext("%s does not wait any more.") % promise.reference):
                cancel_dated(
                    reference=promise.reference,
                    lines=[promise.line],
                    by=actor(request),
                    at=clock.now(),
                )
