"""Suppliers, orders to them and announced deliveries in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from inventory.supply import operations
from inventory.supply.admin.lines import ReceiptInline
from inventory.supply.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    ShipNotice,
    ShipNoticeLine,
    Supplier,
)
from omniretail.kernel import clock
from omniretail.kernel.admin import (
    ReadingInline,
    ReadOnlyAdmin,
    ReferenceAdmin,
    actor,
    lever,
    told,
)


@admin.register(Supplier)
class SupplierAdmin(ReferenceAdmin):
    """Who delivers, how fast and how exactly."""

    list_display = (
        "code",
        "name",
        "lead_time_days",
        "over_percent",
        "under_percent",
        "is_active",
    )
    list_filter = ("is_active",)
    search_fields = ("=code", "name")
    ordering = ("code",)


class PurchaseOrderLineInline(ReadingInline):
    """What was ordered, and what of it has come."""

    model = PurchaseOrderLine
    currency_at = "order.currency"
    fields = ("sku", "quantity", "most", "received", "unit_cost_amount")
    readonly_fields = fields


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    """What suppliers are to deliver."""

    list_display = (
        "number",
        "supplier",
        "store",
        "status",
        "expected_on",
        "ordered_at",
        "ordered_by",
        "closed_at",
    )
    list_select_related = ("supplier", "store")
    list_filter = ("status", "supplier", "store")
    search_fields = ("=number", "=supplier__code", "lines__sku__code", "=store__code")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
    inlines = (PurchaseOrderLineInline, ReceiptInline)
    actions = ("place", "close", "cancel")

    @lever(description=_("Place the order"))
    def place(self, request: HttpRequest, queryset: QuerySet[PurchaseOrder]) -> None:
        """Ask the supplier to deliver."""
        for order in queryset:
            with told(request, gettext("%s is ordered.") % order):
                operations.place_purchase_order(
                    number=order.number, by=actor(request), at=clock.now()
                )

    @lever(description=_("Close: nothing more will come"))
    def close(self, request: HttpRequest, queryset: QuerySet[PurchaseOrder]) -> None:
        """Whoever waits for the rest is told."""
        for order in queryset:
            with told(request, gettext("%s is closed.") % order):
                operations.close_purchase_order(
                    number=order.number,
                    reason=gettext("Closed in the admin"),
                    by=actor(request),
                    at=clock.now(),
                )

    @lever(description=pgettext_lazy("goods", "Cancel"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[PurchaseOrder]) -> None:
        """The goods are not wanted."""
        for order in queryset:
            with told(request, pgettext("goods", "%s is cancelled.") % order):
                operations.cancel_purchase_order(
                    number=order.number,
                    reason=gettext("Cancelled in the admin"),
                    by=actor(request),
                    at=clock.now(),
                )


class ShipNoticeLineInline(ReadingInline):
    """What was announced, and what of it has come."""

    model = ShipNoticeLine
    fields = ("sku", "quantity", "received")
    readonly_fields = fields


@admin.register(ShipNotice)
class ShipNoticeAdmin(ReadOnlyAdmin):
    """What suppliers say is on its way."""

    list_display = ("number", "order", "status", "expected_at", "carrier", "closed_at")
    list_select_related = ("order",)
    list_filter = ("status", "order__store")
    search_fields = ("=number", "=order__number", "lines__sku__code", "=tracking_number")
    ordering = ("-announced_at", "-id")
    inlines = (ShipNoticeLineInline, ReceiptInline)
    actions = ("close",)

    @lever(description=_("Close: the rest will not come with it"))
    def close(self, request: HttpRequest, queryset: QuerySet[ShipNotice]) -> None:
        """The order goes on waiting."""
        for notice in queryset:
            with told(request, gettext("%s is closed.") % notice):
                operations.close_delivery(
                    number=notice.number, by=actor(request), at=clock.now()
                )
