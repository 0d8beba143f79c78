"""Levels and movements in the admin: to read, each level with what explains it, and with
levers that move units and take movements back."""

import json
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from inventory.stock.models import (
    SHELVES,
    Bucket,
    SafetyStockChange,
    StockLevel,
    StockMovement,
)
from inventory.stock.movement_words import line_words, reason_words
from inventory.stock.movement_words import told as told_lines
from inventory.stock.operations import (
    WAYS,
    MoveReason,
    Placement,
    move_units,
    reverse_movement,
)
from inventory.stock.queries import daily_balances, reversible, statement
from omniretail.kernel import audit, clock
from omniretail.kernel.admin import LedgerAdmin, ReadOnlyAdmin, actor, told
from omniretail.kernel.codes import new_number
from omniretail.kernel.periods import business_date

_SHOWN = 50
_GREY = "#7b8494"
# The shop counts whole units: steps, from zero, with few marks.
_CHART: dict[str, Any] = {
    "animation": False,
    "responsive": True,
    "maintainAspectRatio": False,
    "datasets": {"line": {"stepped": True, "pointRadius": 0, "borderWidth": 2}},
    "plugins": {"legend": {"align": "end", "labels": {"boxHeight": 2, "color": _GREY}}},
    "scales": {
        "x": {"grid": {"display": False}, "ticks": {"color": _GREY, "maxTicksLimit": 8}},
        "y": {"beginAtZero": True, "ticks": {"color": _GREY, "precision": 0}},
    },
}


class MoveForm(forms.Form):
    """So many units, from where to where, and why."""

    # The move's own: pressed twice, it is one move.
    reference = forms.CharField(max_length=100, widget=forms.HiddenInput)
    quantity = forms.IntegerField(
        label=_("quantity"), min_value=1, initial=1, widget=UnfoldAdminIntegerFieldWidget
    )
    source = forms.ChoiceField(
        label=pgettext_lazy("stock", "from"),
        choices=[(one, Bucket(one).label) for one in SHELVES],
        widget=UnfoldAdminSelectWidget,
    )
    target = forms.ChoiceField(
        label=_("to"),
        choices=[(one, Bucket(one).label) for one in WAYS],
        initial=Bucket.DAMAGED,
        widget=UnfoldAdminSelectWidget,
    )
    reason = forms.ChoiceField(
        label=_("reason"),
        choices=MoveReason.choices,
        initial=MoveReason.BROKEN,
        widget=UnfoldAdminSelectWidget,
    )


class StockLevelAdmin(ReadOnlyAdmin):
    """What one place has of one SKU, with the movements that made it so."""

    list_display = (
        "sku",
        "store",
        "on_hand",
        "reserved",
        "safety_stock",
        "available_to_promise",
        "display",
        "quarantine",
        "damaged",
        "customer_hold",
        "changed_at",
    )
    list_select_related = ("sku", "store")
    list_filter = ("store__kind", "store")
    search_fields = ("=sku__code", "sku__name", "=store__code")
    ordering = ("-changed_at", "-id")
    fields: ClassVar[tuple[str, ...]] = (
        "store",
        "sku",
        "safety_stock",
        "changed_at",
        "looked_at",
    )
    readonly_fields = fields
    change_form_outer_before_template = "admin/inventory/stocklevel/card.html"

    def get_urls(self) -> list[URLPattern]:
        """The levers of a level, beside its page."""
        guard = self.admin_site.admin_view
        own: list[URLPattern] = [
            path(
                "<path:object_id>/move/",
                guard(self.move_view),
                name="inventory_stocklevel_move",
            ),
            path(
                "<path:object_id>/reverse/<int:movement>/",
                guard(self.reverse_view),
                name="inventory_stocklevel_reverse",
            ),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a level, with its card."""
        level = self.get_object(request, object_id)
        card = self.card(request, level) if level is not None else {}
        context = (extra_context or {}) | card
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    def card(self, request: HttpRequest, level: StockLevel) -> dict[str, Any]:
        """What the card of a level shows."""
        at = clock.now()
        store, sku = level.store, level.sku
        lines = told_lines(statement(store.code, sku.code, limit=_SHOWN).lines)
        may_act = self._may_act(request)
        by = actor(request)
        return {
            "level": level,
            "tiles": [(Bucket(bucket).label, level.holds(bucket)) for bucket in SHELVES]
            + [
                (_("reserved"), level.reserved),
                (_("available to promise"), max(0, level.available_to_promise)),
            ],
            "chart": _chart(level),
            "chart_options": json.dumps(_CHART),
            "lines": lines,
            "reversible": reversible([one.id for one in lines], by=by, at=at)
            if may_act
            else set(),
            "move_form": MoveForm(initial={"reference": new_number("M")})
            if may_act
            else None,
        }

    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Units go from one bucket of the place to another."""
        level = self._level(request, object_id)
        form = MoveForm(request.POST)
        if not form.is_valid():
            for name, errors in form.errors.items():
                messages.error(
                    request, f"{form.fields[name].label}: {' '.join(map(str, errors))}"
                )
            return redirect("admin:inventory_stocklevel_change", object_id)
        given = form.cleaned_data
        at, by = clock.now(), actor(request)
        with told(request, gettext("%(n)s moved.") % {"n": given["quantity"]}):
            move_units(
                store_code=level.store.code,
                lines=[
                    Placement(
                        level.sku.code, given["quantity"], given["source"], given["target"]
                    )
                ],
                reason=given["reason"],
                reference=given["reference"],
                by=by,
                at=at,
            )
            _note(request, "stock.move", level)
        return redirect("admin:inventory_stocklevel_change", object_id)

    def reverse_view(
        self, request: HttpRequest, object_id: str, movement: int
    ) -> HttpResponse:
        """A movement of this level is taken back by a new one."""
        level = self._level(request, object_id)
        row = get_object_or_404(
            StockMovement, pk=movement, store=level.store, sku=level.sku
        )
        with told(request, gettext("Taken back.")):
            reverse_movement(
                movement=row.pk,
                reason=gettext("Made by mistake"),
                by=actor(request),
                at=clock.now(),
            )
            _note(request, "stock.reverse", level)
        return redirect("admin:inventory_stocklevel_change", object_id)

    def _level(self, request: HttpRequest, object_id: str) -> StockLevel:
        if request.method != "POST" or not self._may_act(request):
            raise PermissionDenied
        rows = StockLevel.objects.select_related("store", "sku")
        key = int(object_id) if object_id.isascii() and object_id.isdigit() else 0
        return get_object_or_404(rows, pk=key)

    def _may_act(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("inventory.change_stocklevel"))


def _note(request: HttpRequest, action: str, level: StockLevel) -> None:
    audit.record(
        actor=actor(request),
        action=action,
        subject=f"stock:{level.store.code}:{level.sku.code}"[:150],
        at=clock.now(),
        detail={"door": "admin"},
    )


def _chart(level: StockLevel) -> str:
    zone = level.store.time_zone
    today = business_date(clock.now(), zone)
    days = daily_balances(
        level.store.code, level.sku.code, today=today, zone=ZoneInfo(zone)
    )
    return json.dumps(
        {
            "labels": [date_format(one.day, "j M") for one in days],
            "datasets": [
                {
                    "label": gettext("on hand"),
                    "data": [one.on_hand for one in days],
                    "borderColor": "var(--color-primary-600)",
                },
                {
                    "label": gettext("set aside"),
                    "data": [one.set_aside for one in days],
                    "borderColor": _GREY,
                },
            ],
        },
        ensure_ascii=False,
    )


@admin.register(StockMovement)
class StockMovementAdmin(LedgerAdmin):
    """Every unit that went from one bucket to another."""

    list_display = (
        "at",
        "kind",
        "sku",
        "store",
        "quantity",
        "source",
        "target",
        "reference",
        "reason",
        "actor_key",
        "recorded_at",
    )
    list_select_related = ("sku", "store")
    list_filter = ("kind", "source", "target", "store")
    search_fields = ("=reference", "=sku__code", "=store__code")
    date_hierarchy = "at"

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.tell_as("line", line_words)
        self.tell_as("reason", reason_words)


@admin.register(SafetyStockChange)
class SafetyStockChangeAdmin(LedgerAdmin):
    """How many units were kept back since when, as the database wrote it down."""

    list_display = ("at", "level", "before", "units")
    list_select_related = ("level__sku", "level__store")
    search_fields = ("=level__sku__code", "=level__store__code")
    date_hierarchy = "at"
