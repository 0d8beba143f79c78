"""Feeds in the admin: what landed, what was refused and why."""

import csv
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from inventory.feeds.models import Feed, FeedError
from omniretail.kernel.admin import ReadingInline, ReadOnlyAdmin


class FeedErrorInline(ReadingInline):
    """The refused rows, beside their feed."""

    model = FeedError
    fields = readonly_fields = ("line", "field", "value", "message")
    per_page = 50
    tab = True


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin):
    """What came in, and what of it was refused."""

    inlines = [FeedErrorInline]
    list_display = (
        "started_at",
        "number",
        "kind",
        "status",
        "rows_read",
        "rows_landed",
        "rows_changed",
        "rows_refused",
        "is_dry_run",
        "file_name",
        "actor_key",
    )
    list_filter = ("kind", "status", "is_dry_run")
    search_fields = ("=number", "file_name")
    ordering = ("-started_at", "-id")
    actions_detail = ("refused_rows",)

    @action(description=_("Refused rows as CSV"))
    def refused_rows(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The refused rows as a file that a spreadsheet opens."""
        feed = Feed.objects.get(pk=object_id)
        name = f"{feed.number}-refused.csv"
        response = HttpResponse(
            "\ufeff",
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
        lines = csv.writer(response, delimiter=";")
        lines.writerow(["line", "field", "value", "message"])
        rows = feed.errors.values_list("line", "field", "value", "message")
        lines.writerows([_harmless(cell) for cell in row] for row in rows)
        return response


def _harmless(cell: Any) -> Any:
    """A spreadsheet takes a cell that begins like a formula for one."""
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"}:
        return f"'{cell}"
    return cell
