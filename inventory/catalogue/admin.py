"""The catalogue in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from inventory.catalogue import gtin
from inventory.catalogue.models import (
    Barcode,
    Category,
    KitPart,
    Price,
    Product,
    Rearrangement,
    Sku,
)
from inventory.catalogue.operations import CategoryBelowItself, make_up_kit
from inventory.catalogue.queries import matching_skus, subtree
from omniretail.kernel import clock
from omniretail.kernel.admin import (
    LedgerAdmin,
    ReadingInline,
    ReadOnlyAdmin,
    ReferenceAdmin,
    actor,
    told,
)


class BarcodeForm(forms.ModelForm[Barcode]):
    """A barcode is checked here as it is in a feed, and kept in its shortest spelling."""

    class Meta:
        model = Barcode
        fields = ("gtin",)

    def clean_gtin(self) -> str:
        """The number, if its check digit is right."""
        try:
            return gtin.normalise(self.cleaned_data["gtin"])
        except ValueError:
            raise forms.ValidationError(
                _("%(gtin)s is no GTIN.") % {"gtin": self.cleaned_data["gtin"]}
            ) from None


class CategoryForm(forms.ModelForm[Category]):
    """A category lies inside none of those that lie inside it."""

    def clean_parent(self) -> Category | None:
        """What it is to lie inside, if that is not below it."""
        above: Category | None = self.cleaned_data["parent"]
        if above and self.instance.pk and above.pk in subtree(self.instance.code):
            raise forms.ValidationError(str(CategoryBelowItself().title))
        return above


class SkuForm(forms.ModelForm[Sku]):
    """A SKU of which no days must be left says nothing of them."""

    def clean_shelf_life_left_days(self) -> int:
        """Nothing said is none."""
        return self.cleaned_data["shelf_life_left_days"] or 0


class BarcodeInline(TabularInline):
    """The barcodes of a SKU, beside it."""

    model = Barcode
    form = BarcodeForm
    extra = 0


class KitPartInline(TabularInline):
    """What a kit is made of: said once, when its card is saved; never changed."""

    model = KitPart
    fk_name = "kit"
    fields = ("part", "quantity")
    autocomplete_fields = ("part",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Sku | None = None) -> bool:
        return obj is not None and not obj.is_kit

    def has_change_permission(self, request: HttpRequest, obj: Sku | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Sku | None = None) -> bool:
        return False


class PriceInline(ReadingInline):
    """The prices of a SKU, the newest first; they come by feed."""

    model = Price
    fields = readonly_fields = ("currency", "amount", "valid")
    ordering = ("-valid",)
    tab = True


@admin.register(Category)
class CategoryAdmin(ReferenceAdmin):
    """The shelves of the catalogue."""

    form = CategoryForm
    list_display = ("code", "name", "parent")
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)


@admin.register(Product)
class ProductAdmin(ReferenceAdmin):
    """What a customer would call one thing."""

    list_display = ("code", "name", "brand", "category")
    list_select_related = ("category",)
    list_filter = ("category",)
    search_fields = ("code", "name", "brand")
    autocomplete_fields = ("category",)


@admin.register(Sku)
class SkuAdmin(ReferenceAdmin):
    """What is counted, promised and sold."""

    form = SkuForm
    inlines = [BarcodeInline, KitPartInline, PriceInline]
    list_display = (
        "code",
        "name",
        "brand",
        "category",
        "tax_rate",
        "is_kit",
        "is_serialised",
        "keeps_lots",
        "is_active",
    )
    readonly_fields = ("is_kit",)
    list_select_related = ("product__category",)
    list_filter = (
        "is_active",
        "is_kit",
        "is_serialised",
        "keeps_lots",
        "product__category",
        "tax_rate",
    )
    search_fields = ("code", "name", "barcodes__gtin")
    autocomplete_fields = ("product",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code stays: tills, orders and whoever follows the stock know the goods by it.
        Lots are kept for good, and never of kits."""
        if obj is None:
            return self.readonly_fields
        is_settled = obj.keeps_lots or obj.is_kit
        settled = ("keeps_lots",) if is_settled else ()
        return ("code", *self.readonly_fields, *settled)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        """The parts of a kit go in all at once, by the operation."""
        if formset.model is not KitPart:
            super().save_formset(request, form, formset, change)
            return
        made = formset.save(commit=False)
        if made:
            with told(request, gettext("%s is sold from parts now.") % form.instance):
                make_up_kit(
                    sku_code=form.instance.code,
                    parts={one.part.code: one.quantity for one in made},
                    by=actor(request),
                    at=clock.now(),
                )

    @admin.display(description=_("brand"), ordering="product__brand")
    def brand(self, sku: Sku) -> str:
        return sku.product.brand

    @admin.display(description=_("category"), ordering="product__category__name")
    def category(self, sku: Sku) -> str:
        return sku.product.category.name

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Sku], search_term: str
    ) -> tuple[QuerySet[Sku], bool]:
        """The same words find the same SKUs here as on the tablet."""
        if not search_term:
            return queryset, False
        found = matching_skus(search_term, only_active=False).order_by()
        return queryset.filter(pk__in=found.values("pk")), False


@admin.register(Price)
class PriceAdmin(ReadOnlyAdmin):
    """Prices that were, are and will be published; they come by feed."""

    list_display = ("sku", "amount", "currency", "valid")
    list_select_related = ("sku",)
    list_filter = ("currency",)
    search_fields = ("=sku__code",)
    ordering = ("-id",)


@admin.register(Barcode)
class BarcodeAdmin(ReadOnlyAdmin):
    """Every barcode; they are kept beside their SKU."""

    list_display = ("gtin", "sku")
    list_select_related = ("sku",)
    search_fields = ("=gtin", "=sku__code")
    ordering = ("gtin",)


@admin.register(Rearrangement)
class RearrangementAdmin(LedgerAdmin):
    """When goods went to other categories."""

    list_display = ("position", "recorded_at")
    ordering = ("-position",)
