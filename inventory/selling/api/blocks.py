"""REST door: what places do not sell for a time."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.selling.api.moments import Moment
from inventory.selling.models import SaleBlock
from inventory.selling.operations import block_sale, lift_block
from inventory.selling.queries import block_view, block_views
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet

NUMBER = r"[A-Za-z0-9._-]{1,32}"
READERS = Access(clients="selling:read", staff="stock.look")
BLOCKERS = Access(clients="selling:write", staff="selling.block")


class BlockQuery(StrictSerializer):
    """Which blocks; those that hold now or later, unless `past` is asked for too."""

    store = Text(max_length=32, required=False)
    sku = Text(max_length=60, required=False)
    past = serializers.BooleanField(default=False)


class BlockInput(StrictSerializer):
    """A place sells none of a SKU until a moment, or until that is lifted; in one channel
    or in any."""

    store = Text(max_length=32)
    sku = Text(max_length=60)
    channel = Text(max_length=20, required=False)
    starts_at = Moment(required=False)
    until = Moment(required=False)
    reason = serializers.ChoiceField(choices=SaleBlock.Reason.choices)
    note = Text(max_length=200, required=False, allow_blank=True)


class BlockOutput(Output):
    """What a place does not sell, since when and until when."""

    number = serializers.CharField()
    store = serializers.CharField(source="store_code")
    sku = serializers.CharField(source="sku_code")
    channel = serializers.CharField(allow_null=True)
    starts_at = serializers.DateTimeField()
    until = serializers.DateTimeField(source="ends_at", allow_null=True)
    reason = serializers.ChoiceField(choices=SaleBlock.Reason.choices)
    note = serializers.CharField()
    blocked_by = serializers.CharField()
    lifted_by = serializers.CharField()


class SaleBlockViewSet(ApiViewSet):
    """What places do not sell for a time."""

    queryset = SaleBlock.objects.all()
    lookup_field = "number"
    lookup_value_regex = NUMBER
    ordering = ("-starts_at", "-id")
    principals = {"list": READERS, "create": BLOCKERS, "lift": BLOCKERS}

    @extend_schema(
        operation_id="sale_blocks_list",
        parameters=[BlockQuery],
        responses=BlockOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """What is not sold where, the latest first; an employee sees the own place."""
        asked = self.read_query(BlockQuery)
        own = self.principal.store
        if self.principal.kind is PrincipalKind.STAFF and own is not None:
            self.refuse_unless(asked.setdefault("store", own) == own)
        rows = SaleBlock.objects.all()
        if not asked["past"]:
            rows = rows.ahead(self.at)
        if "store" in asked:
            rows = rows.filter(store__code=asked["store"])
        if "sku" in asked:
            rows = rows.filter(sku__code=asked["sku"])
        keys = [row.pk for row in self.paginate_queryset(rows) or []]
        found = SaleBlock.objects.filter(pk__in=keys).order_by(*self.ordering)
        return self.get_paginated_response(BlockOutput(block_views(found), many=True).data)

    @extend_schema(
        operation_id="sale_blocks_create",
        request=BlockInput,
        responses={201: BlockOutput},
    )
    def create(self, request: Request) -> Response:
        """Stop selling it there."""
        given = self.read_body(BlockInput)
        if self.principal.kind is PrincipalKind.STAFF:
            self.refuse_unless(given["store"] == self.principal.store)
        self.about(f"stock:{given['store']}:{given['sku']}"[:150])
        channel = given.get("channel")
        made = block_sale(
            store_code=given["store"],
            sku_code=given["sku"],
            channel=channel.upper() if channel else None,
            starts_at=given.get("starts_at"),
            until=given.get("until"),
            reason=given["reason"],
            note=given.get("note", ""),
            by=self.by,
            at=self.at,
        )
        return self.answer(BlockOutput, made, status=201)

    @extend_schema(operation_id="sale_blocks_lift", request=None, responses=BlockOutput)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, number: str) -> Response:
        """Sell it again."""
        block = block_view(number)
        if self.principal.kind is PrincipalKind.STAFF:
            self.refuse_unless(block.store_code == self.principal.store)
        self.about(f"stock:{block.store_code}:{block.sku_code}"[:150])
        lifted = lift_block(number=number, by=self.by, at=self.at)
        return self.answer(BlockOutput, lifted)
