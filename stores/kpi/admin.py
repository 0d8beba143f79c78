"""The score in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omniretail.kernel import clock
from omniretail.kernel.admin import LedgerAdmin, ReadOnlyAdmin, actor, lever, told
from stores.kpi.models import Scorecard, ScoreEntry
from stores.kpi.operations import rebuild_scorecards


@admin.register(ScoreEntry)
class ScoreEntryAdmin(LedgerAdmin):
    """The ledger."""

    list_display = (
        "business_date",
        "store",
        "channel",
        "kind",
        "reference",
        "net_sales_amount",
        "refunds_amount",
    )
    list_filter = ("kind", "channel", "store")
    list_select_related = ("store",)
    search_fields = ("reference", "order_number")


@admin.register(Scorecard)
class ScorecardAdmin(ReadOnlyAdmin):
    """The sums."""

    list_display = (
        "business_date",
        "store",
        "channel",
        "orders",
        "net_sales_amount",
        "refunds_amount",
        "pickups",
        "pickups_on_time",
        "ready_count",
    )
    list_filter = ("channel", "store")
    list_select_related = ("store",)
    date_hierarchy = "business_date"
    ordering = ("-business_date", "store", "channel")
    actions = ("rebuild",)

    @lever(description=_("Rebuild these days from the ledger"))
    def rebuild(self, request: HttpRequest, queryset: QuerySet[Scorecard]) -> None:
        """Work the sums out afresh."""
        for day in sorted(set(queryset.values_list("business_date", flat=True))):
            with told(request, gettext("%s is rebuilt.") % day):
                rebuild_scorecards(business_date=day, by=actor(request), at=clock.now())
