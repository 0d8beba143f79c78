"""Feeds in the admin: what landed, what was refused and why."""

import csv
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from inventory.catalogue.queries import categories, sku_ids
from inventory.feeds.models import ExchangeFile, ExchangePart, Feed, FeedError, OutsideCode
from omniretail.kernel.admin import ReadingInline, ReadOnlyAdmin, ReferenceAdmin
from stores.network.queries import get_stores


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
        "how_far",
        "landed_through",
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

    @admin.display(description=_("gone through"))
    def how_far(self, feed: Feed) -> str:
        """How much of what was read, while it runs and afterwards."""
        return "—" if feed.percent is None else f"{feed.percent} %"

    @action(description=_("Refused rows as CSV"), permissions=["view"])
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


class ExchangePartInline(ReadingInline):
    """The pieces of a file that have come."""

    model = ExchangePart
    fields = readonly_fields = ("position", "size", "digest")


@admin.register(ExchangeFile)
class ExchangeFileAdmin(ReadOnlyAdmin):
    """What 1C installations send by themselves, and what came of it."""

    inlines = [ExchangePartInline]
    list_display = ("came_at", "name", "status", "size", "words", "actor_key", "ended_at")
    list_filter = ("status",)
    search_fields = ("name", "=actor_key")
    ordering = ("-came_at", "-id")


class OutsideCodeForm(forms.ModelForm[OutsideCode]):
    """A place, category or SKU that is mapped must be there."""

    class Meta:
        model = OutsideCode
        fields = ("kind", "outside_id", "code")

    def clean(self) -> dict[str, Any]:
        """Both sides, and our side known."""
        cleaned: dict[str, Any] = super().clean() or {}
        kind, code = cleaned.get("kind"), cleaned.get("code", "")
        if kind and code and not _is_ours(kind, code):
            raise forms.ValidationError({"code": _("There is no such code of ours.")})
        return cleaned


def _is_ours(kind: str, code: str) -> bool:
    if kind == OutsideCode.Kind.PLACE:
        return code in get_stores([code])
    if kind == OutsideCode.Kind.CATEGORY:
        return code in {one.code for one in categories()}
    return kind != OutsideCode.Kind.SKU or code in sku_ids([code])


@admin.register(OutsideCode)
class OutsideCodeAdmin(ReferenceAdmin):
    """What 1C calls our places, categories, SKUs and the price we publish."""

    form = OutsideCodeForm
    list_display = ("kind", "outside_id", "code", "catalogue", "named_at")
    list_filter = ("kind",)
    search_fields = ("=outside_id", "=code")


def _harmless(cell: Any) -> Any:
    """A spreadsheet takes a cell that begins like a formula for one."""
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"}:
        return f"'{cell}"
    return cell
