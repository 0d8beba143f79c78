"""REST door: why so many of a SKU may be promised at a place."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.catalogue.queries import SkuNotFound, sku_ids
from inventory.promises.models import Promise
from inventory.promises.queries import why, why_many
from inventory.selling.speaking import channel_for
from inventory.stock.api.shapes import BucketsOutput
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.serializers import Moment, Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits
from stores.network.queries import StoreNotFound, get_store, get_stores

EXPLAINED_TO = Access(clients="stock:read", staff="stock.look")
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
    "CLOSED",
    "FREE",
)


class WhyQuery(StrictSerializer):
    """As of a moment; without one, now. For a channel; without one, for a program's own,
    or for a sale in none."""

    channel = Text(max_length=20, required=False)

    at = Moment(required=False, help_text="A past moment, by what is known of it today.")


class WhyManyQuery(WhyQuery):
    """Many SKUs at many places."""

    sku = serializers.ListField(
        child=Text(max_length=60), min_length=1, max_length=limits().availability_skus
    )
    store = serializers.ListField(
        child=Text(max_length=32), min_length=1, max_length=limits().availability_places
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """So many levels at once."""
        if len(attrs["sku"]) * len(attrs["store"]) > limits().levels_explained:
            message = _("SKUs times places are at most %(most)s.")
            raise serializers.ValidationError(
                {"sku": [message % {"most": limits().levels_explained}]}
            )
        return attrs


class WhyPartOutput(Output):
    """Units that one thing has; for a hold, an allocation or a block, which one and until
    when; for a buffer or a network, of which channel; for a kit, which part is scarce."""

    taken_by = serializers.ChoiceField(choices=[(name, name) for name in TAKERS])
    units = serializers.IntegerField()
    reference = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(
        allow_null=True, help_text="Of a hold at a past moment: as it stood then."
    )


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
    ends_known_since = serializers.DateTimeField(
        allow_null=True,
        help_text=(
            "Said where a hold of then has no end here: it was extended or paid for before "
            "such changes were written down, which they are since this moment."
        ),
    )


class WhyManyOutput(Output):
    """Place by place in the order asked for, in each the SKUs in theirs, as it stood at
    `as_of`; what the catalogue does not know is listed apart."""

    as_of = serializers.DateTimeField()
    items = WhyOutput(many=True)
    unknown = serializers.ListField(child=serializers.CharField())


class LevelReasonsViewSet(ApiViewSet):
    """Who or what has each unit of a level."""

    queryset = Promise.objects.none()
    principals = {"why": EXPLAINED_TO, "why_many": EXPLAINED_TO}

    @extend_schema(
        operation_id="stock_levels_why", parameters=[WhyQuery], responses=WhyOutput
    )
    @action(
        detail=False,
        methods=["get"],
        url_path=r"(?P<store>[^/]+)/(?P<sku>.+)/why",
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

    @extend_schema(
        operation_id="stock_levels_why_many",
        parameters=[WhyManyQuery],
        responses=WhyManyOutput,
    )
    @action(detail=False, methods=["get"], url_path="why")
    def why_many(self, request: Request) -> Response:
        """The same for many SKUs at many places in one call."""
        asked = self.read_query(WhyManyQuery)
        stores, known = get_stores(asked["store"]), sku_ids(asked["sku"])
        for code in asked["store"]:
            if code not in stores:
                raise StoreNotFound(store=code)
        told = why_many(
            asked["store"],
            [code for code in asked["sku"] if code in known],
            channel=self._channel(asked),
            at=asked.get("at"),
        )
        unknown = [code for code in dict.fromkeys(asked["sku"]) if code not in known]
        answer = {
            "as_of": asked.get("at", self.at),
            "items": told,
            "unknown": unknown,
        }
        return self.answer(WhyManyOutput, answer)

    def _channel(self, asked: dict[str, Any]) -> str:
        """Staff may look at any channel, a program at its own."""
        if self.principal.kind is PrincipalKind.CLIENT:
            return channel_for(self.principal, asked.get("channel"))
        return str(asked.get("channel", "")).upper()
