"""REST door: why so many of a SKU may be promised at a place."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.promises.models import Promise
from inventory.promises.queries import why
from inventory.selling.speaking import channel_for
from inventory.stock.api.shapes import BucketsOutput
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet
from stores.network.queries import get_store

TAKERS = (
    "DISPLAY",
    "QUARANTINE",
    "DAMAGED",
    "CUSTOMER_HOLD",
    "HOLD",
    "ALLOCATION",
    "PROMISED_PARTS",
    "SAFETY_STOCK",
    "BUFFER",
    "BLOCK",
    "NETWORK",
    "FREE",
)


class WhyQuery(StrictSerializer):
    """As of a moment; without one, now. For a channel; without one, for a program's own,
    or for a sale in none."""

    channel = Text(max_length=20, required=False)

    at = serializers.DateTimeField(
        required=False, help_text="A past moment, by what is known of it today."
    )


class WhyPartOutput(Output):
    """Units that one thing has; for a hold, an allocation or a block, which one and until
    when; for a buffer or a network, of which channel; for a kit, which part is scarce."""

    taken_by = serializers.ChoiceField(choices=[(name, name) for name in TAKERS])
    units = serializers.IntegerField()
    reference = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class WhyOutput(Output):
    """Every unit of the SKU in the place, in just one part."""

    store = serializers.CharField(source="store_code")
    sku = serializers.CharField(source="sku_code")
    channel = serializers.CharField()
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
        """Which bucket, hold, allocation, safety stock, buffer or block took each unit,
        and what is free."""
        asked = self.read_query(WhyQuery)
        place = get_store(store)
        if not sku_ids([sku]):
            raise SkuNotFound(sku=sku)
        told = why(place.code, sku, channel=self._channel(asked), at=asked.get("at"))
        return self.answer(WhyOutput, told)

    def _channel(self, asked: dict[str, Any]) -> str:
        """Staff may look at any channel, a program at its own."""
        if self.principal.kind is PrincipalKind.CLIENT:
            return channel_for(self.principal, asked.get("channel"))
        return str(asked.get("channel", "")).upper()
