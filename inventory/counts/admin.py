"""Counts in the admin: to read, with levers that call operations; tolerances to keep."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Abs
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from inventory.counts import operations
from inventory.counts.models import CountEntry, CountLine, CountSession, CountTolerance
from omniretail.kernel import clock
from omniretail.kernel.admin import (
    LedgerAdmin,
    ReadingInline,
    ReadOnlyAdmin,
    ReferenceAdmin,
    actor,
    lever,
    told,
)


class CountLineInline(ReadingInline):
    """What was counted, round by round."""

    model = CountLine
    currency_at = "session.currency"
    fields = (
        "sku",
        "round",
        "counted",
        "counted_at",
        "counted_by",
        "expected",
        "variance",
        "unit_amount",
        "posted",
        "short",
    )
    readonly_fields = fields


@admin.register(CountSession)
class CountSessionAdmin(ReadOnlyAdmin):
    """What is counted where, how far it is, and how true the levels were."""

    list_display = (
        "number",
        "store",
        "kind",
        "zone",
        "status",
        "opened_at",
        "articles",
        "units_off",
        "accuracy",
        "variance_amount",
        "approved_by",
    )
    list_select_related = ("store",)
    list_filter = ("status", "kind", "store")
    search_fields = ("=number", "zone", "lines__sku__code", "=store__code")
    date_hierarchy = "opened_at"
    ordering = ("-opened_at", "-id")
    inlines = (CountLineInline,)
    actions = ("approve", "have_it_counted_again", "call_off")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CountSession]:
        last = Q(lines__round=F("round"), lines__variance__isnull=False)
        rows: QuerySet[CountSession] = super().get_queryset(request)
        return rows.annotate(
            articles_counted=Count("lines", filter=last),
            articles_right=Count("lines", filter=last & Q(lines__variance=0)),
            off=Sum(Abs("lines__variance"), filter=last),
        )

    @display(description=_("articles"))
    def articles(self, session: Any) -> int:
        """Counted in the last round."""
        return int(session.articles_counted)

    @display(description=_("units off"))
    def units_off(self, session: Any) -> int | None:
        """Missing and found, in the last round."""
        return None if session.off is None else int(session.off)

    @display(description=_("levels right"))
    def accuracy(self, session: Any) -> str:
        """The share of articles of the last round whose level was right."""
        if not session.articles_counted:
            return "—"
        return f"{session.articles_right * 100 // session.articles_counted} %"

    @lever(description=_("Approve"))
    def approve(self, request: HttpRequest, queryset: QuerySet[CountSession]) -> None:
        """Put the levels right."""
        for session in queryset:
            with told(request, gettext("%s is approved.") % session):
                operations.approve_count(
                    number=session.number, by=actor(request), at=clock.now()
                )

    @lever(description=_("Have what is off counted again"))
    def have_it_counted_again(
        self, request: HttpRequest, queryset: QuerySet[CountSession]
    ) -> None:
        """Another round before approving."""
        for session in queryset:
            with told(request, gettext("%s is counted again.") % session):
                operations.recount(number=session.number, by=actor(request), at=clock.now())

    @lever(description=_("Call off"))
    def call_off(self, request: HttpRequest, queryset: QuerySet[CountSession]) -> None:
        """Forget what was counted."""
        for session in queryset:
            with told(request, gettext("%s is called off.") % session):
                operations.cancel_count(
                    number=session.number,
                    reason=gettext("Called off in the admin"),
                    by=actor(request),
                    at=clock.now(),
                )


@admin.register(CountEntry)
class CountEntryAdmin(LedgerAdmin):
    """Every scan, as it was made."""

    list_display = ("at", "session", "line", "change", "by", "key")
    list_select_related = ("session", "line")
    search_fields = ("=session__number", "=by", "=line__sku__code")


@admin.register(CountTolerance)
class CountToleranceAdmin(ReferenceAdmin):
    """What is believed at once."""

    list_display = ("__str__", "units", "percent", "by_another")
    list_select_related = ("category",)
    search_fields = ("category__code", "category__name")
    autocomplete_fields = ("category",)
