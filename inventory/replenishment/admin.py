"""Replenishment in the admin: policies to keep, proposals to decide on."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from inventory.replenishment import operations
from inventory.replenishment.models import (
    Proposal,
    ReorderPolicy,
    Run,
    ShelfState,
    StockWait,
    Velocity,
)
from inventory.replenishment.queries import proposal_views
from inventory.selling.models import LostDemand
from omniretail.kernel import clock
from omniretail.kernel.admin import (
    LedgerAdmin,
    ReadOnlyAdmin,
    ReferenceAdmin,
    actor,
    lever,
    told,
)


@admin.register(ReorderPolicy)
class ReorderPolicyAdmin(ReferenceAdmin):
    """How shelves are to be kept."""

    list_display = (
        "code",
        "store",
        "category",
        "sku",
        "service_level",
        "lead_time_days",
        "review_days",
        "supplier",
        "source",
        "is_active",
    )
    list_select_related = ("store", "category", "sku", "supplier", "source")
    list_filter = ("is_active", "store", "supplier")
    search_fields = ("code", "category__code", "sku__code", "=store__code")
    autocomplete_fields = ("category", "sku", "store", "source")


@admin.register(Velocity)
class VelocityAdmin(ReadOnlyAdmin):
    """How fast everything sells, and the marks that follow."""

    list_display = (
        "store",
        "sku",
        "per_day",
        "deviation",
        "days",
        "sold",
        "lost",
        "safety_stock",
        "reorder_point",
        "target",
        "policy",
        "computed_at",
    )
    list_select_related = ("store", "sku", "policy")
    list_filter = ("store", "policy")
    search_fields = ("=sku__code", "sku__name", "=store__code")
    ordering = ("-per_day", "-id")


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """What might be ordered and moved."""

    list_display = (
        "number",
        "kind",
        "status",
        "store",
        "sku",
        "quantity",
        "source",
        "supplier",
        "why",
        "document",
        "created_at",
    )
    readonly_fields = ("why",)
    exclude = ("figures",)  # the reason says them
    list_select_related = ("store", "sku", "source", "supplier")
    list_filter = ("status", "kind", "store", "supplier")
    search_fields = ("=number", "=document", "=sku__code", "=store__code")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
    actions = ("accept", "dismiss")

    @display(description=_("why"))
    def why(self, proposal: Proposal) -> str:
        """The reason in words."""
        return proposal_views([proposal])[0].reason

    @lever(description=pgettext_lazy("proposal", "Accept"))
    def accept(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> None:
        """Make the orders and transfers."""
        with told(request):
            documents = operations.accept_proposals(
                numbers=_numbers(queryset), by=actor(request), at=clock.now()
            )
            self.message_user(
                request,
                ngettext(
                    "%(n)s document is made: %(numbers)s",
                    "%(n)s documents are made: %(numbers)s",
                    len(documents),
                )
                % {"n": len(documents), "numbers": ", ".join(documents)},
            )

    @lever(description=pgettext_lazy("proposal", "Dismiss"))
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> None:
        """Put them aside."""
        with told(request, gettext("Dismissed.")):
            operations.dismiss_proposals(
                numbers=_numbers(queryset),
                reason=gettext("Dismissed in the admin"),
                by=actor(request),
                at=clock.now(),
            )


@admin.register(ShelfState)
class ShelfStateAdmin(ReadOnlyAdmin):
    """Shelves that ran low or empty, as it was last told."""

    list_display = ("store", "sku", "state", "on_hand", "since")
    list_select_related = ("store", "sku")
    list_filter = ("state", "store")
    search_fields = ("=sku__code", "sku__name", "=store__code")
    ordering = ("-since", "-id")


@admin.register(StockWait)
class StockWaitAdmin(ReadOnlyAdmin):
    """Who waits for what; told in the order of asking."""

    list_display = (
        "number",
        "sku",
        "store",
        "quantity",
        "status",
        "channel",
        "customer_number",
        "created_at",
        "ends_at",
        "told_at",
        "told_store",
    )
    list_select_related = ("sku", "store", "told_store")
    list_filter = ("status", "channel", "store")
    search_fields = ("=number", "=sku__code", "=customer_number", "=phone", "=email")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
    actions = ("cancel",)

    @lever(description=pgettext_lazy("wait", "Cancel"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[StockWait]) -> None:
        """Nobody waits any more."""
        for wait in queryset:
            with told(request, pgettext("wait", "%s is cancelled.") % wait):
                operations.cancel_wait(
                    number=wait.number, by=actor(request), at=clock.now()
                )


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """How far the measuring, proposing and watching have come."""

    list_display = ("name", "day", "after", "is_done")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(LostDemand)
class LostDemandAdmin(LedgerAdmin):
    """What was asked for and not there."""

    list_display = ("day", "sku", "store", "channel", "quantity", "at")
    list_select_related = ("sku", "store")
    list_filter = ("channel", "store")
    search_fields = ("=sku__code", "sku__name", "=store__code")
    date_hierarchy = "at"
    fields = list_display
    readonly_fields = list_display


def _numbers(queryset: QuerySet[Proposal]) -> list[str]:
    return list(queryset.order_by("pk").values_list("number", flat=True))
