"""Money in the admin: every tender, what the gateway was asked, and its own books."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from omniretail.kernel import audit, clock
from omniretail.kernel.admin import (
    LedgerAdmin,
    ReadingInline,
    ReadOnlyAdmin,
    actor,
    lever,
    told,
)
from orders.payments.models import (
    PaymentRequest,
    RequestStatus,
    SandboxCall,
    SandboxCharge,
    Tender,
    TenderEntry,
)
from orders.payments.operations import ask_again

TENDER_COLOURS = {
    "ASKED": "warning",
    "AUTHORISED": "success",
    "REFUSED": "danger",
    "WITHDRAWN": "info",
}
REQUEST_COLOURS = {
    "WANTED": "info",
    "SENT": "warning",
    "SETTLED": "success",
    "REFUSED": "danger",
}
AMOUNTS = (
    "amount",
    "authorised_amount",
    "captured_amount",
    "voided_amount",
    "refunded_amount",
)


class TenderEntryInline(ReadingInline):
    """What happened to the money."""

    currency_at = "tender.order.currency"
    model = TenderEntry
    fields = readonly_fields = ("at", "kind", "amount", "reference", "gateway_reference")


class PaymentRequestInline(ReadingInline):
    """What the gateway was asked."""

    currency_at = "tender.order.currency"
    model = PaymentRequest
    fields = readonly_fields = (
        "kind",
        "amount",
        "status",
        "reference",
        "tries",
        "problem",
        "settled_at",
    )


@admin.register(Tender)
class TenderAdmin(ReadOnlyAdmin):
    """With what orders are paid."""

    currency_at = "order.currency"
    list_display = ("order", "kind", "state", *AMOUNTS, "refusal")
    list_filter = ("kind", "status", "gateway")
    list_select_related = ("order",)
    search_fields = ("order__number", "key", "gateway_reference")
    inlines = (TenderEntryInline, PaymentRequestInline)
    ordering = ("-id",)

    @display(description=_("state"), label=TENDER_COLOURS)
    def state(self, tender: Tender) -> tuple[str, str]:
        return tender.status, tender.get_status_display()


@admin.register(TenderEntry)
class TenderEntryAdmin(LedgerAdmin):
    """Every movement of money."""

    currency_at = "tender.order.currency"
    list_display = ("at", "tender", "kind", "amount", "reference")
    list_filter = ("kind",)
    list_select_related = ("tender__order",)
    search_fields = ("reference", "tender__order__number", "gateway_reference")
    date_hierarchy = "at"


@admin.register(PaymentRequest)
class PaymentRequestAdmin(LedgerAdmin):
    """What was wanted from the gateway, and what it said."""

    currency_at = "tender.order.currency"
    list_display = (
        "wanted_at",
        "order",
        "kind",
        "amount",
        "state",
        "tries",
        "problem",
        "next_try_at",
    )
    list_filter = ("status", "kind")
    list_select_related = ("tender__order",)
    search_fields = ("key", "reference", "tender__order__number")
    actions = ("ask_once_more",)

    @display(description=_("order"))
    def order(self, request: PaymentRequest) -> str:
        return request.tender.order.number

    @display(description=_("state"), label=REQUEST_COLOURS)
    def state(self, request: PaymentRequest) -> tuple[str, str]:
        return request.status, request.get_status_display()

    @lever(description=_("Ask the gateway once more"))
    def ask_once_more(
        self, request: HttpRequest, queryset: QuerySet[PaymentRequest]
    ) -> None:
        """A refused capture, void or refund is wanted again."""
        at = clock.now()
        refused = queryset.filter(status=RequestStatus.REFUSED).exclude(kind="AUTHORISE")
        for wanted in refused.select_related("tender__order"):
            with told(request, gettext("%s will be asked again.") % wanted):
                ask_again(key=wanted.key, at=at)
                audit.record(
                    actor=actor(request),
                    action="payments.ask_again",
                    subject=f"order:{wanted.tender.order.number}",
                    at=at,
                    detail={"door": "admin", "step": wanted.kind},
                )


@admin.register(SandboxCharge)
class SandboxChargeAdmin(LedgerAdmin):
    """The sandbox gateway's own books."""

    list_display = (
        "created_at",
        "reference",
        "method",
        "amount",
        "captured_amount",
        "voided_amount",
        "refunded_amount",
        "currency",
    )
    list_filter = ("method",)
    search_fields = ("reference", "key")


@admin.register(SandboxCall)
class SandboxCallAdmin(LedgerAdmin):
    """What the sandbox gateway was asked, and how often."""

    currency_at = ""
    list_display = ("at", "kind", "amount", "done", "reason", "asked_times", "charge_key")
    list_filter = ("kind", "done", "reason")
    search_fields = ("key", "charge_key", "gateway_reference")
