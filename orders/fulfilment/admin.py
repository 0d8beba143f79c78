"""Bags and parcels in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from omniretail.kernel import clock
from omniretail.kernel.admin import ReadingInline, ReadOnlyAdmin, actor, lever, told
from orders.fulfilment.models import (
    Fulfilment,
    FulfilmentLine,
    FulfilmentPart,
    PickedSerial,
)
from orders.fulfilment.operations import issue_new_code
from orders.ordering.reasons import reason_in_words


class FulfilmentLineInline(ReadingInline):
    """What is in the bag."""

    currency_at = "fulfilment.order.currency"
    model = FulfilmentLine
    fields = (
        "order_line",
        "quantity",
        "picked_quantity",
        "short_quantity",
        "net_amount",
        "points_amount",
        "promise_line",
    )
    readonly_fields = fields


@admin.register(Fulfilment)
class FulfilmentAdmin(ReadOnlyAdmin):
    """What each store prepares, and how far it is."""

    currency_at = "order.currency"
    list_display = (
        "number",
        "order",
        "store",
        "kind",
        "status",
        "due_at",
        "ready_at",
        "keep_until",
        "released_by",
    )
    list_filter = ("status", "kind", "store")
    list_select_related = ("order", "store")
    search_fields = ("number", "order__number", "order__contact_name", "tracking_number")
    date_hierarchy = "allocated_at"
    ordering = ("-id",)
    exclude = ("code_hash", "cancel_reason")
    readonly_fields = ("called_off_because",)
    inlines = (FulfilmentLineInline,)
    actions = ("new_code",)

    @display(description=_("why called off"))
    def called_off_because(self, bag: Fulfilment) -> str:
        return reason_in_words(bag.cancel_reason)

    @lever(description=_("Issue a new pickup code"))
    def new_code(self, request: HttpRequest, queryset: QuerySet[Fulfilment]) -> None:
        """For a customer whose code was seen by others, or locked by wrong tries."""
        for bag in queryset:
            with told(request, gettext("%s has a new code.") % bag):
                issue_new_code(number=bag.number, by=actor(request), at=clock.now())


class PickedSerialInline(ReadingInline):
    """Which units they are."""

    model = PickedSerial
    fields = readonly_fields = ("sku_code", "number", "left_at", "sold_at")


class FulfilmentPartInline(ReadingInline):
    """Of a kit, what of its parts is found."""

    model = FulfilmentPart
    fields = readonly_fields = ("sku_code", "name", "per_kit", "picked_quantity")


@admin.register(FulfilmentLine)
class FulfilmentLineAdmin(ReadOnlyAdmin):
    """Units in bags, to find an article that is often not found."""

    inlines = (FulfilmentPartInline, PickedSerialInline)
    currency_at = "fulfilment.order.currency"
    list_display = (
        "fulfilment",
        "order_line",
        "quantity",
        "picked_quantity",
        "short_quantity",
        "net_amount",
    )
    list_select_related = ("fulfilment__order", "order_line")
    search_fields = ("fulfilment__number", "order_line__sku_code", "order_line__name")
    ordering = ("-id",)


@admin.register(PickedSerial)
class PickedSerialAdmin(ReadOnlyAdmin):
    """Every unit with a serial number that lies in a bag, left with one, or is being paid
    for at a counter."""

    list_display = ("number", "sku", "line", "order", "left_at", "sold_at")
    list_select_related = ("sku", "line", "order")
    search_fields = ("number", "=sku_code", "=line__fulfilment__number", "=order__number")
    ordering = ("-id",)
