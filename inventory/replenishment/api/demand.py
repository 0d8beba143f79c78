"""REST door: asked for, not here."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.replenishment.api.fields import place_of
from inventory.selling.models import LostDemand
from inventory.selling.operations import record_lost_demand
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits


class LostDemandInput(StrictSerializer):
    """What was asked for and not there. `session` is the cart, receipt or visit that
    asked: it counts once a day, and is not kept."""

    sku = Text(max_length=60)
    store = Text(max_length=32, required=False)
    quantity = Whole(min_value=1, max_value=limits().line_quantity, default=1)
    session = Text(min_length=8, max_length=100)


class LostDemandQuery(StrictSerializer):
    """Where, and of what."""

    store = Text(max_length=32, required=False)
    sku = Text(max_length=60, required=False)


class LostDemandOutput(Output):
    """Units somebody asked for in vain."""

    sku = serializers.CharField(source="sku.code")
    store = serializers.CharField(source="store.code", default=None, allow_null=True)
    channel = serializers.CharField()
    quantity = serializers.IntegerField()
    day = serializers.DateField()


class NotedOutput(Output):
    """It is written down."""

    is_noted = serializers.BooleanField()


class LostDemandViewSet(ApiViewSet):
    """What was asked for and not there."""

    ordering = ("-at", "-id")
    principals = {
        "list": Access(clients="supply:read", staff="supply.move"),
        "create": Access(clients="demand:write", devices=True, staff="stock.look"),
    }

    @extend_schema(
        operation_id="lost_demand_list",
        parameters=[LostDemandQuery],
        responses=LostDemandOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """The newest first; an employee sees the own place."""
        asked = self.read_query(LostDemandQuery)
        names = {"store": "store__code", "sku": "sku__code"}
        rows = LostDemand.objects.filter(**{names[key]: asked[key] for key in asked})
        if own := place_of(self.principal, self.at):
            rows = rows.filter(store__code=own)
        return self.page(rows.select_related("sku", "store"), LostDemandOutput)

    @extend_schema(
        operation_id="lost_demand_record",
        request=LostDemandInput,
        responses={201: NotedOutput},
    )
    def create(self, request: Request) -> Response:
        """Write down that somebody asked in vain."""
        given = self.read_body(LostDemandInput)
        self.about(f"sku:{given['sku']}")
        record_lost_demand(
            sku_code=given["sku"],
            store_code=self.principal.store or given.get("store"),
            quantity=given["quantity"],
            session=f"{self.principal.reference}:{given['session']}",
            channel=self._channel,
            by=self.by,
            at=self.at,
        )
        return self.answer(NotedOutput, {"is_noted": True}, status=201)

    @property
    def _channel(self) -> str:
        if self.principal.kind is PrincipalKind.STAFF:
            return "TABLET"
        return self.principal.channel.upper() or "POS"
