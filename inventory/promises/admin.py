"""Promises in the admin, and levels with the promises that hold them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.promises.models import HoldEnd, Promise
from inventory.promises.operations import release_promises
from inventory.promises.queries import why
from inventory.stock.admin import StockLevelAdmin
from inventory.stock.models import Bucket, StockLevel
from omniretail.kernel import clock
from omniretail.kernel.admin import LedgerAdmin, ReadOnlyAdmin, actor, lever, told

_TAKERS = {
    "HOLD": _("held for a payment"),
    "ALLOCATION": _("kept for an order"),
    "PROMISED_PARTS": _("kept by promises of parts"),
    "SAFETY_STOCK": _("safety stock"),
    "BUFFER": _("left by the channel"),
    "BLOCK": _("not for sale at the moment"),
    "NETWORK": _("not sold from here by the channel"),
    "CLOSED": _("this place is not in business"),
    "FREE": _("free to promise"),
}


@admin.register(StockLevel)
class PromisedLevelAdmin(StockLevelAdmin):
    """A level with its movements and with who has each of its units."""

    def card(self, request: HttpRequest, level: StockLevel) -> dict[str, Any]:
        """The card with the reasons why so many may be promised."""
        parts = why(level.store.code, level.sku.code).parts
        return super().card(request, level) | {
            "why": [
                {
                    "words": _TAKERS.get(part.taken_by) or Bucket(part.taken_by).label,
                    "units": part.units,
                    "reference": part.reference,
                    "ends_at": part.ends_at,
                }
                for part in parts
            ]
        }


class LackingFilter(admin.SimpleListFilter):
    """Promises of which a till sold units, and whose customers are asked."""

    title = _("sold over a till meanwhile")
    parameter_name = "lacking"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        """One choice beside all."""
        return [("yes", _("lacks units"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Promise]
    ) -> QuerySet[Promise]:
        """Those that still lack units."""
        if self.value() != "yes":
            return queryset
        return queryset.filter(uncovered__gt=0, ended_at=None)


@admin.register(Promise)
class PromiseAdmin(ReadOnlyAdmin):
    """What is kept for whom, where, and how it ended."""

    list_display = (
        "created_at",
        "reference",
        "sku",
        "store",
        "quantity",
        "kit",
        "status",
        "channel",
        "ends_at",
        "payment_in_flight",
        "is_provisional",
        "uncovered",
        "picked_at",
        "ended_at",
    )
    list_select_related = ("sku", "store", "kit")
    list_filter = (
        "status",
        "channel",
        "payment_in_flight",
        "is_provisional",
        LackingFilter,
        "store",
    )
    search_fields = ("=reference", "=owner", "=sku__code")
    ordering = ("-id",)
    actions = ("give_back",)

    @lever(description=_("Give holds back"))
    def give_back(self, request: HttpRequest, queryset: QuerySet[Promise]) -> None:
        """End holds that nobody pays for; allocations belong to orders and stay."""
        for hold in queryset.filter(status="HELD", payment_in_flight=False):
            with told(request, gettext("%s is given back.") % hold.reference):
                release_promises(
                    reference=hold.reference,
                    lines=[hold.line],
                    by=actor(request),
                    at=clock.now(),
                )


@admin.register(HoldEnd)
class HoldEndAdmin(LedgerAdmin):
    """Which ends holds had until they were extended or became firm."""

    list_display = ("until", "reference", "line", "ends_at")
    search_fields = ("=reference",)
    date_hierarchy = "until"
