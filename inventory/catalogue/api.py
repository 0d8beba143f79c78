"""REST door: what is sold, under which codes, at which price."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.catalogue.kits import MOST_OF_A_PART, MOST_PARTS
from inventory.catalogue.operations import make_up_kit
from inventory.catalogue.queries import (
    SkuNotFound,
    alike_skus,
    categories,
    kit_contents,
    matching_skus,
    sku_by_gtin,
    sku_card,
    sku_cards,
)
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import (
    MoneyField,
    Output,
    StrictSerializer,
    Text,
    Whole,
)
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits
from omniretail.kernel.market import house_currency

READERS = Access(
    clients="catalogue:read", staff="stock.look", devices=True, customers=True, guests=True
)


class CurrencyQuery(StrictSerializer):
    """In which currency prices are asked for."""

    currency = serializers.RegexField(r"^[A-Z]{3}$", max_length=3, required=False)


class SkuQuery(CurrencyQuery):
    """Words of a name, brand or code; a barcode; a category with all below it."""

    text = Text(max_length=100, required=False)
    gtin = Text(max_length=20, required=False)
    category = Text(max_length=60, required=False)


class SkuOutput(Output):
    """A SKU with its price now."""

    code = serializers.CharField()
    name = serializers.CharField()
    product = serializers.CharField(source="product_code")
    product_name = serializers.CharField()
    brand = serializers.CharField()
    category = serializers.CharField(source="category_code")
    category_name = serializers.CharField()
    description = serializers.CharField()
    attributes = serializers.DictField(child=serializers.CharField())
    tax_rate = serializers.DecimalField(max_digits=5, decimal_places=2)
    is_active = serializers.BooleanField()
    gtins = serializers.ListField(child=serializers.CharField())
    is_kit = serializers.BooleanField()
    is_serialised = serializers.BooleanField()
    keeps_lots = serializers.BooleanField()
    price = MoneyField(source="price.amount", allow_null=True, default=None)
    currency = serializers.CharField(source="price.currency", allow_null=True, default=None)


class CategoryOutput(Output):
    """A category and the one it stands inside."""

    code = serializers.CharField()
    name = serializers.CharField()
    inside = serializers.CharField(source="parent_code", allow_null=True)


class CategoryListOutput(Output):
    """The whole tree, by code."""

    items = CategoryOutput(many=True)


class PartInput(StrictSerializer):
    """How many units of a part one kit takes."""

    sku = Text(max_length=60)
    quantity = Whole(min_value=1, max_value=MOST_OF_A_PART)


class KitInput(StrictSerializer):
    """All parts of a kit, each once; they never change afterwards."""

    sku = Text(max_length=60)
    parts = serializers.ListField(child=PartInput(), min_length=1, max_length=MOST_PARTS)

    def validate_parts(self, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A part stands once in a kit."""
        if len({part["sku"] for part in parts}) < len(parts):
            raise serializers.ValidationError(["unique"])
        return parts


class PartOutput(Output):
    """A part of a kit, and how many units of it one kit takes."""

    sku = serializers.CharField(source="code")
    name = serializers.CharField()
    quantity = serializers.IntegerField()


class KitOutput(Output):
    """What a kit is made of. It has no stock of its own: it sells what its parts allow."""

    sku = serializers.CharField()
    parts = PartOutput(many=True)


class SkuViewSet(ApiViewSet):
    """What is sold."""

    lookup_field = "code"
    lookup_value_regex = ".+"
    ordering = ("code",)
    principals = {"list": READERS, "retrieve": READERS}

    @extend_schema(
        operation_id="skus_list", parameters=[SkuQuery], responses=SkuOutput(many=True)
    )
    def list(self, request: Request) -> Response:
        """Find SKUs. When none has all the words, those most alike are offered."""
        asked = self.read_query(SkuQuery)
        currency = asked.get("currency", house_currency())
        if "gtin" in asked:
            return _listed(_by_gtin(asked["gtin"]), currency, self.at)
        text = asked.get("text", "")
        rows = matching_skus(text, category=asked.get("category"))
        shown = self.paginate_queryset(rows) or []
        if text and not shown and "cursor" not in request.query_params:
            alike = alike_skus(text)[: limits().page_size]
            return _listed([sku.code for sku in alike], currency, self.at)
        cards = sku_cards([sku.code for sku in shown], at=self.at, currency=currency)
        ordered = [cards[sku.code] for sku in shown]
        return self.get_paginated_response(SkuOutput(ordered, many=True).data)

    @extend_schema(
        operation_id="skus_read", parameters=[CurrencyQuery], responses=SkuOutput
    )
    def retrieve(self, request: Request, code: str) -> Response:
        """One SKU."""
        asked = self.read_query(CurrencyQuery)
        currency = asked.get("currency", house_currency())
        return self.answer(SkuOutput, sku_card(code, at=self.at, currency=currency))


class KitViewSet(ApiViewSet):
    """What is sold from parts."""

    lookup_field = "code"
    lookup_value_regex = ".+"
    principals = {"retrieve": READERS, "create": Access(clients="catalogue:write")}

    @extend_schema(operation_id="kits_read", responses=KitOutput)
    def retrieve(self, request: Request, code: str) -> Response:
        """The parts of a kit; a SKU that is none answers 404."""
        return self._shown(code)

    @extend_schema(operation_id="kits_make_up", request=KitInput, responses=KitOutput)
    def create(self, request: Request) -> Response:
        """Sell a SKU from parts from now on. What is in it is said once, for good."""
        given = self.read_body(KitInput)
        self.about(f"sku:{given['sku']}")
        make_up_kit(
            sku_code=given["sku"],
            parts={part["sku"]: part["quantity"] for part in given["parts"]},
            by=self.by,
            at=self.at,
        )
        return self._shown(given["sku"], status=201)

    def _shown(self, code: str, *, status: int = 200) -> Response:
        parts = kit_contents([code]).get(code, [])
        self.refuse_unless(bool(parts))
        return self.answer(KitOutput, {"sku": code, "parts": parts}, status=status)


class CategoryViewSet(ApiViewSet):
    """The shelves of the catalogue."""

    principals = {"list": READERS}

    @extend_schema(operation_id="categories_list", responses=CategoryListOutput)
    def list(self, request: Request) -> Response:
        """The whole category tree."""
        return self.answer(CategoryListOutput, {"items": categories()})


def _by_gtin(gtin: str) -> list[str]:
    try:
        return [sku_by_gtin(gtin)]
    except SkuNotFound:
        return []


def _listed(codes: list[str], currency: str, at: datetime) -> Response:
    cards = sku_cards(codes, at=at, currency=currency)
    data = SkuOutput([cards[code] for code in codes], many=True).data
    return Response({"items": data, "next": None})
