"""REST door: how fast everything sells."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.replenishment.api.fields import READERS, place_of
from inventory.replenishment.models import Velocity
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits


class VelocityQuery(StrictSerializer):
    """Of which SKUs at which place."""

    store = Text(max_length=32, required=False)
    sku = serializers.ListField(
        child=Text(max_length=60), required=False, max_length=limits().availability_skus
    )


class VelocityOutput(Output):
    """Units a business day takes, over how many days with stock, and the marks that
    follow where a policy says how the shelf is to be kept."""

    store = serializers.CharField(source="store.code")
    sku = serializers.CharField(source="sku.code")
    per_day = serializers.DecimalField(12, 4)
    deviation = serializers.DecimalField(12, 4)
    days = serializers.IntegerField()
    sold = serializers.IntegerField()
    lost = serializers.IntegerField()
    since = serializers.DateField(source="since_date")
    until = serializers.DateField(source="until_date")
    computed_at = serializers.DateTimeField()
    policy = serializers.CharField(source="policy.code", default=None, allow_null=True)
    safety_stock = serializers.IntegerField(allow_null=True)
    reorder_point = serializers.IntegerField(allow_null=True)
    target = serializers.IntegerField(allow_null=True)


class VelocityViewSet(ApiViewSet):
    """How fast everything sells."""

    ordering = ("-per_day", "-id")
    principals = {"list": READERS}

    @extend_schema(
        operation_id="velocities_list",
        parameters=[VelocityQuery],
        responses=VelocityOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """What sells fastest first; an employee sees the own place."""
        asked = self.read_query(VelocityQuery)
        rows = Velocity.objects.select_related("store", "sku", "policy")
        if own := place_of(self.principal, self.at):
            rows = rows.filter(store__code=own)
        if "store" in asked:
            rows = rows.filter(store__code=asked["store"])
        if asked.get("sku"):
            rows = rows.filter(sku__code__in=asked["sku"])
        return self.page(rows, VelocityOutput)
