"""Facts on their way, and where they arrived."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from omniretail.kernel import audit, clock, outbox
from omniretail.kernel.admin.base import LedgerAdmin, ReadingInline, actor, told
from omniretail.kernel.admin.levers import lever
from omniretail.kernel.models.outbox import OutboxFact, Receipt, SubjectSequence


class DeliveryFilter(admin.SimpleListFilter):
    """Parked facts wait for a person."""

    title = _("delivery")
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("parked", _("Parked")),
            ("waiting", _("Waiting")),
            ("delivered", _("Delivered")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[OutboxFact]
    ) -> QuerySet[OutboxFact]:
        chosen: dict[str, dict[str, Any]] = {
            "parked": {"delivered_at": None, "parked_at__isnull": False},
            "waiting": {"delivered_at": None, "parked_at": None},
            "delivered": {"delivered_at__isnull": False},
        }
        return queryset.filter(**chosen.get(self.value() or "", {}))


class ReceiptInline(ReadingInline):
    model = Receipt
    fields = readonly_fields = ("reaction", "at")


@admin.register(OutboxFact)
class OutboxFactAdmin(LedgerAdmin):
    """What happened, and whether everybody was told."""

    list_display = ("name", "subject", "sequence", "recorded_at", "delivery", "tries")
    list_filter = (DeliveryFilter, "name")
    search_fields = ("subject", "request_id")
    inlines = (ReceiptInline,)
    actions = ("retry",)

    @display(
        description=_("delivery"),
        label={"parked": "danger", "waiting": "warning", "delivered": "success"},
    )
    def delivery(self, fact: OutboxFact) -> tuple[str, Any]:
        if fact.delivered_at:
            return "delivered", _("Delivered")
        if fact.parked_at:
            return "parked", _("Parked")
        return "waiting", _("Waiting")

    @lever(description=_("Try again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[OutboxFact]) -> None:
        """Give parked facts a fresh set of tries."""
        for fact in queryset.filter(delivered_at=None):
            with told(request, gettext("%s will be tried again.") % fact):
                outbox.retry_parked(fact)
                audit.record(
                    actor=actor(request),
                    action="outbox.retry",
                    subject=f"fact:{fact.pk}",
                    at=clock.now(),
                )


@admin.register(Receipt)
class ReceiptAdmin(LedgerAdmin):
    """Which reaction took effect for which fact."""

    list_display = ("reaction", "fact", "at")
    list_filter = ("reaction",)
    list_select_related = ("fact",)
    search_fields = ("fact__subject",)


@admin.register(SubjectSequence)
class SubjectSequenceAdmin(LedgerAdmin):
    """How many facts each subject has told."""

    list_display = ("subject", "last")
    ordering = ("subject",)
    search_fields = ("subject",)
