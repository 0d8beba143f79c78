"""The catalogue in the admin."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from inventory.catalogue import gtin
from inventory.catalogue.models import Barcode, Category, Price, Product, Sku
from inventory.catalogue.queries import matching_skus
from omniretail.kernel.admin import ReadingInline, ReadOnlyAdmin, ReferenceAdmin


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


class BarcodeInline(TabularInline):
    """The barcodes of a SKU, beside it."""

    model = Barcode
    form = BarcodeForm
    extra = 0


class PriceInline(ReadingInline):
    """The prices of a SKU, the newest first; they come by feed."""

    model = Price
    fields = readonly_fields = ("currency", "amount", "valid")
    ordering = ("-valid",)
    tab = True


@admin.register(Category)
class CategoryAdmin(ReferenceAdmin):
    """The shelves of the catalogue."""

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

    inlines = [BarcodeInline, PriceInline]
    list_display = ("code", "name", "brand", "category", "tax_rate", "is_active")
    list_select_related = ("product__category",)
    list_filter = ("is_active", "product__category", "tax_rate")
    search_fields = ("code", "name", "barcodes__gtin")
    autocomplete_fields = ("product",)

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
