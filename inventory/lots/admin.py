"""Lots in the admin: to find and read, with a lever that corrects a date."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from inventory.lots.models import Lot, LotLevel, LotPick, LotStep
from inventory.lots.operations import correct_expiry
from omniretail.kernel import audit, clock
from omniretail.kernel.admin import (
    LedgerAdmin,
    ReadingInline,
    ReadOnlyAdmin,
    actor,
    told,
)

_WITHIN = {
    "0": _("past its day"),
    "7": _("a week"),
    "30": _("30 days"),
    "90": _("90 days"),
}


class ExpiresWithin(admin.SimpleListFilter):
    """Lots by how soon their last day comes; those already past it, and those before."""

    title = _("expires within")
    parameter_name = "expires_within"
    column = "expires_on"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(_WITHIN.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        days = self.value()
        if days is None or days not in _WITHIN:
            return queryset
        last = clock.now().date() + timedelta(days=int(days) - (days == "0"))
        return queryset.filter(**{f"{self.column}__lte": last})


class UnitsExpireWithin(ExpiresWithin):
    """The same, of units."""

    column = "lot__expires_on"


class CorrectionForm(forms.Form):
    """The right date, and why it was written down otherwise."""

    expires_on = forms.DateField(label=_("good until"), widget=UnfoldAdminDateWidget)
    reason = forms.CharField(
        label=_("reason"), max_length=200, widget=UnfoldAdminTextInputWidget
    )


class LotLevelInline(ReadingInline):
    """Where the units of a lot lie."""

    model = LotLevel
    fields = readonly_fields = ("store", "bucket", "units")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LotLevel]:
        rows: QuerySet[LotLevel] = super().get_queryset(request)
        return rows.filter(units__gt=0).select_related("store")


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    """Units that were made together, and until when they are good."""

    list_display = ("code", "sku", "expires_on", "units")
    list_select_related = ("sku",)
    list_filter = (ExpiresWithin, "sku__product__category")
    search_fields = ("=code", "=sku__code", "sku__name")
    ordering = ("expires_on", "id")
    fields: ClassVar[tuple[str, ...]] = ("sku", "code", "expires_on")
    readonly_fields = fields
    inlines = (LotLevelInline,)
    change_form_outer_before_template = "admin/inventory/lot/correction.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lot]:
        rows: QuerySet[Lot] = super().get_queryset(request)
        return rows.annotate(lying=Sum("levels__units"))

    def get_urls(self) -> list[URLPattern]:
        """The lever of a lot, beside its page."""
        guard = self.admin_site.admin_view(self.correct_view)
        own = path("<int:key>/correct/", guard, name="inventory_lot_correct")
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a lot, with its lever."""
        lot = self.get_object(request, object_id)
        facts = {}
        if lot is not None and lot.expires_on and self._may_correct(request):
            form = CorrectionForm(initial={"expires_on": lot.expires_on})
            facts = {"lot": lot, "correction_form": form}
        context = (extra_context or {}) | facts
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    def correct_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """The date was written down wrongly."""
        if request.method != "POST" or not self._may_correct(request):
            raise PermissionDenied
        lot = get_object_or_404(Lot.objects.select_related("sku"), pk=key)
        form = CorrectionForm(request.POST)
        if not form.is_valid():
            for name, errors in form.errors.items():
                words = " ".join(map(str, errors))
                messages.error(request, f"{form.fields[name].label}: {words}")
            return redirect("admin:inventory_lot_change", key)
        given = form.cleaned_data
        with told(request, gettext("The date is corrected.")):
            correct_expiry(
                sku_code=lot.sku.code,
                lot=lot.code,
                expires_on=given["expires_on"],
                reason=given["reason"],
                by=actor(request),
                at=clock.now(),
            )
            audit.record(
                actor=actor(request),
                action="lots.correct",
                subject=f"lot:{lot.sku.code}:{lot.code}"[:150],
                at=clock.now(),
                detail={
                    "door": "admin",
                    "reason": given["reason"],
                    "expires_on": given["expires_on"].isoformat(),
                },
            )
        return redirect("admin:inventory_lot_change", key)

    @admin.display(description=_("units"), ordering="lying")
    def units(self, lot: Lot) -> int:
        return int(getattr(lot, "lying", 0) or 0)

    def _may_correct(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("inventory.change_lot"))


@admin.register(LotLevel)
class LotLevelAdmin(ReadOnlyAdmin):
    """What lies where, the first to expire first."""

    list_display = ("sku", "lot", "expires_on", "store", "bucket", "units")
    list_select_related = ("lot__sku", "store")
    list_filter = (UnitsExpireWithin, "bucket", "store")
    search_fields = ("=lot__code", "=lot__sku__code", "=store__code")
    ordering = ("lot__expires_on", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LotLevel]:
        rows: QuerySet[LotLevel] = super().get_queryset(request)
        return rows.filter(units__gt=0)

    @admin.display(description=_("SKU"), ordering="lot__sku__code")
    def sku(self, row: LotLevel) -> str:
        return str(row.lot.sku)

    @admin.display(description=_("good until"), ordering="lot__expires_on")
    def expires_on(self, row: LotLevel) -> Any:
        return row.lot.expires_on


@admin.register(LotStep)
class LotStepAdmin(LedgerAdmin):
    """Which lots each movement was of."""

    list_display = ("movement", "lot", "quantity")
    list_select_related = ("movement", "lot")
    search_fields = ("=movement__reference", "=lot__code", "=lot__sku__code")


@admin.register(LotPick)
class LotPickAdmin(ReadOnlyAdmin):
    """Lots that were put into bags."""

    list_display = ("at", "reference", "line", "store", "lot", "units")
    list_select_related = ("store", "lot")
    list_filter = ("store",)
    search_fields = ("=reference", "=lot__code", "=lot__sku__code")
    ordering = ("-id",)
