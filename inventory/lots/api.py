"""REST door: lots, where their units lie, and until when they are good."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.lots.models import Lot
from inventory.lots.operations import correct_expiry
from inventory.lots.queries import known_lots, lot_cards
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet
from stores.network.queries import get_store

READERS = Access(clients="stock:read", staff="stock.look", devices=True)


class LotQuery(StrictSerializer):
    """Lots of which units lie in a place, of a SKU, good until a day before this one."""

    store = Text(max_length=32, required=False)
    sku = Text(max_length=60, required=False)
    expiring_before = serializers.DateField(required=False)


class LotPlaceOutput(Output):
    """Units of a lot in one bucket of a place; `in_bags` of them wait for a customer."""

    store = serializers.CharField(source="store_code")
    bucket = serializers.CharField()
    units = serializers.IntegerField()
    in_bags = serializers.IntegerField()
    is_past_sale = serializers.BooleanField()


class LotOutput(Output):
    """A lot, the last day of its units, the last day on which they are sold, and where
    they lie."""

    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField(source="sku_name")
    lot = serializers.CharField()
    expires_on = serializers.DateField()
    sold_until = serializers.DateField()
    places = LotPlaceOutput(many=True)


class CorrectLotInput(StrictSerializer):
    """Until when the units of a lot are good, and why it was written down otherwise."""

    sku = Text(max_length=60)
    lot = Text(max_length=20)
    expires_on = serializers.DateField()
    reason = Text(max_length=200)


class LotViewSet(ApiViewSet):
    """Units that were made together."""

    queryset = Lot.objects.none()
    ordering = ("expires_on", "id")
    principals = {
        "list": READERS,
        "correct": Access(clients="stock:write", staff="stock.adjust"),
    }

    @extend_schema(
        operation_id="lots_list", parameters=[LotQuery], responses=LotOutput(many=True)
    )
    def list(self, request: Request) -> Response:
        """Lots with units in some place, the first to expire first. Units without a lot
        are what a level has beyond these."""
        asked = self.read_query(LotQuery)
        store = get_store(asked["store"]).code if "store" in asked else None
        rows = known_lots(
            store_code=store,
            sku_code=asked.get("sku"),
            expiring_before=asked.get("expiring_before"),
        )
        shown = self.paginate_queryset(rows) or []
        cards = lot_cards(shown, store_code=store, at=self.at)
        return self.get_paginated_response(LotOutput(cards, many=True).data)

    @extend_schema(
        operation_id="lots_correct", request=CorrectLotInput, responses=LotOutput
    )
    @action(detail=False, methods=["post"])
    def correct(self, request: Request) -> Response:
        """The date of a lot was written down wrongly: say the right one, and why."""
        given = self.read_body(CorrectLotInput)
        self.about(f"lot:{given['sku']}:{given['lot']}")
        correct_expiry(
            sku_code=given["sku"],
            lot=given["lot"],
            expires_on=given["expires_on"],
            reason=given["reason"],
            by=self.by,
            at=self.at,
        )
        rows = Lot.objects.filter(sku__code=given["sku"], code=given["lot"])
        (card,) = lot_cards(rows, store_code=None, at=self.at)
        return self.answer(LotOutput, card)
