"""An order whole: its lines, how it is paid, how it comes, and every step it took."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from omniretail.kernel import audit, clock
from omniretail.kernel.admin import ReadingInline, ReadOnlyAdmin, actor, lever, told
from omniretail.kernel.queries import steps_of
from orders.checkout.operations import cancel_order
from orders.fulfilment.models import Fulfilment
from orders.ordering.links import order_link
from orders.ordering.models import Order, OrderLine
from orders.ordering.reasons import CancelReason, reason_in_words
from orders.payments.admin import AMOUNTS
from orders.payments.models import Tender
from orders.sourcing.models import SourcingDecision

COLOURS = {
    "PENDING": "warning",
    "PLACED": "info",
    "COMPLETED": "success",
    "CANCELLED": "danger",
}


class OrderLineInline(ReadingInline):
    """What was bought."""

    currency_at = "order.currency"
    model = OrderLine
    fields = readonly_fields = (
        "position",
        "sku_code",
        "name",
        "quantity",
        "fulfilled_quantity",
        "cancelled_quantity",
        "returned_quantity",
        "unit_price",
        "net_amount",
        "points_amount",
        "intent",
        "store",
    )


class TenderInline(ReadingInline):
    """How it is paid."""

    currency_at = "order.currency"
    model = Tender
    hide_title = False
    show_change_link = True
    fields = readonly_fields = ("kind", "status", *AMOUNTS)


class FulfilmentInline(ReadingInline):
    """How it comes."""

    model = Fulfilment
    hide_title = False
    show_change_link = True
    fields = readonly_fields = ("number", "kind", "store", "status", "due_at", "ready_at")


class SourcingDecisionInline(ReadingInline):
    """Why from there."""

    model = SourcingDecision
    fields = readonly_fields = ("order_line", "store", "quantity", "reason", "decided_at")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders of all channels."""

    list_display = (
        "number",
        "opened_at",
        "channel",
        "customer_name",
        "taken_at_store",
        "total_amount",
        "state",
    )
    list_filter = ("status", "channel", "taken_at_store")
    list_select_related = ("taken_at_store",)
    search_fields = ("number", "contact_name", "contact_phone", "customer__number")
    date_hierarchy = "opened_at"
    ordering = ("-id",)
    inlines = (OrderLineInline, TenderInline, FulfilmentInline, SourcingDecisionInline)
    readonly_fields = ("cancelled_because", "steps", "page")
    exclude = ("cancel_reason",)
    actions = ("cancel",)

    @display(description=_("state"), label=COLOURS)
    def state(self, order: Order) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @display(description=_("customer"))
    def customer_name(self, order: Order) -> str:
        return order.contact_name

    @display(description=_("why cancelled"))
    def cancelled_because(self, order: Order) -> str:
        return reason_in_words(order.cancel_reason)

    @display(description=_("steps"))
    def steps(self, order: Order) -> SafeString:
        """When it took which step, as the database wrote it down."""
        rows = (
            (
                date_format(timezone.localtime(step.at), "j E Y, H:i:s"),
                Order.Status(step.target).label,
            )
            for step in steps_of(order)
        )
        return format_html_join("\n", "<div>{} · {}</div>", rows)

    @display(description=_("customer's page"))
    def page(self, order: Order) -> SafeString:
        return format_html('<a href="{}">{}</a>', order_link(order.number), gettext("Open"))

    @lever(description=_("Cancel these orders"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Call off orders of which nothing was handed over."""
        at = clock.now()
        for order in queryset.order_by("pk"):
            with told(request, gettext("%s is cancelled.") % order):
                by = actor(request)
                cancel_order(number=order.number, reason=CancelReason.SHOP, by=by, at=at)
                audit.record(
                    actor=by,
                    action="orders.cancel",
                    subject=f"order:{order.number}",
                    at=at,
                    detail={"door": "admin"},
                )


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    """Every line of every order."""

    currency_at = "order.currency"
    list_display = (
        "order",
        "position",
        "sku_code",
        "name",
        "quantity",
        "net_amount",
        "intent",
        "store",
    )
    list_filter = ("intent", "store")
    list_select_related = ("order", "store")
    search_fields = ("order__number", "sku_code", "name")
    ordering = ("-id",)
