"""REST door: why so many of a SKU may be promised at a place."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.promises.models import Promise
from inventory.promises.queries import why
from inventory.stock.api.shapes import BucketsOutput
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer
from omniretail.kernel.api.views import ApiViewSet
from stores.network.queries import get_store

TAKERS = (
    "DISPLAY",
    "QUARANTINE",
    "DAMAGED",
    "CUSTOMER_HOLD",
    "HOLD",
    "ALLOCATION",
    "SAFETY_STOCK",
    "FREE",
)


class WhyQuery(StrictSerializer):
    """As of a moment; without one, now."""

    at = serializers.DateTimeField(
        required=False, help_text="A past moment, by what is known of it today."
    )


class WhyPartOutput(Output):
    """Units that one thing has; for a hold or an allocation, for what and until when."""

    taken_by = serializers.ChoiceField(choices=[(name, name) for name in TAKERS])
    units = serializers.IntegerField()
    reference = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class WhyOutput(Output):
    """Every unit of the SKU in the place, in just one part."""

    store = serializers.CharField(source="store_code")
    sku = serializers.CharField(source="sku_code")
    at = serializers.DateTimeField(allow_null=True)
    balance = BucketsOutput()
    reserved = serializers.IntegerField()
    safety_stock = serializers.IntegerField()
    available = serializers.IntegerField()
    parts = WhyPartOutput(many=True)


class LevelReasonsViewSet(ApiViewSet):
    """Who or what has each unit of a level."""

    queryset = Promise.objects.none()
    principals = {"why": Access(clients="stock:read", staff="stock.look")}

    @extend_schema(
        operation_id="stock_levels_why", parameters=[WhyQuery], responses=WhyOutput
    )
    @action(
        detail=False,
        methods=["get"],
        url_path=r"(?P<store>[^/]+)/(?P<sku>[^/]+)/why",
    )
    def why(self, request: Request, store: str, sku: str) -> Response:
        """Which bucket, hold, allocation or safety stock took each unit, and what is
        free."""
        asked = self.read_query(WhyQuery)
        place = get_store(store)
        if not sku_ids([sku]):
            raise SkuNotFound(sku=sku)
        return self.answer(WhyOutput, why(place.code, sku, at=asked.get("at")))
