"""REST door: how shelves are to be kept."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.replenishment.api.fields import NUMBER, READERS
from inventory.replenishment.models import ReorderPolicy
from inventory.replenishment.operations import PolicyDetails, save_policy
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.api.views import ApiViewSet

MOST_UNITS = 1_000_000
BUYERS = Access(clients="supply:write", staff="supply.order")


def _days(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(6, 2, min_value=0, max_value=365, **options)


class PolicyInput(StrictSerializer):
    """A policy; what is left out is as usual, and means everywhere or everything."""

    code = serializers.RegexField(r"^[A-Za-z0-9_-]{1,60}\Z", max_length=60)
    store = Text(max_length=32, required=False, default="")
    category = Text(max_length=60, required=False, default="")
    sku = Text(max_length=60, required=False, default="")
    service_level = serializers.DecimalField(
        5, 2, min_value=50, max_value=Decimal("99.99"), default=Decimal(95)
    )
    lead_time_days = _days(default=Decimal(7))
    lead_time_deviation = _days(default=Decimal(0))
    review_days = _days(default=Decimal(7))
    smoothing = serializers.DecimalField(
        3, 2, min_value=0, max_value=Decimal("0.99"), default=Decimal(0)
    )
    counts_lost_demand = serializers.BooleanField(default=False)
    pack_size = Whole(min_value=1, max_value=MOST_UNITS, default=1)
    least_order = Whole(min_value=1, max_value=MOST_UNITS, default=1)
    least_on_hand = Whole(max_value=MOST_UNITS, default=0)
    most_on_hand = Whole(min_value=1, max_value=MOST_UNITS, allow_null=True, default=None)
    supplier = Text(max_length=32, required=False, default="")
    source_store = Text(max_length=32, required=False, default="")
    is_active = serializers.BooleanField(default=True)


class PolicyOutput(Output):
    """A policy, for whom and how."""

    code = serializers.CharField()
    store = serializers.CharField(source="store.code", default=None, allow_null=True)
    category = serializers.CharField(source="category.code", default=None, allow_null=True)
    sku = serializers.CharField(source="sku.code", default=None, allow_null=True)
    service_level = serializers.DecimalField(5, 2)
    lead_time_days = serializers.DecimalField(6, 2)
    lead_time_deviation = serializers.DecimalField(6, 2)
    review_days = serializers.DecimalField(6, 2)
    smoothing = serializers.DecimalField(3, 2)
    counts_lost_demand = serializers.BooleanField()
    pack_size = serializers.IntegerField()
    least_order = serializers.IntegerField()
    least_on_hand = serializers.IntegerField()
    most_on_hand = serializers.IntegerField(allow_null=True)
    supplier = serializers.CharField(source="supplier.code", default=None, allow_null=True)
    source_store = serializers.CharField(
        source="source.code", default=None, allow_null=True
    )
    is_active = serializers.BooleanField()


class ReorderPolicyViewSet(ApiViewSet):
    """How often shelves may run empty, how long goods take, and who brings them."""

    lookup_field = "code"
    lookup_value_regex = NUMBER
    ordering = ("code",)
    principals = {"list": READERS, "retrieve": READERS, "create": BUYERS}
    queryset = ReorderPolicy.objects.select_related(
        "store", "category", "sku", "supplier", "source"
    )

    @extend_schema(operation_id="reorder_policies_list", responses=PolicyOutput(many=True))
    def list(self, request: Request) -> Response:
        """All policies."""
        return self.page(self.get_queryset(), PolicyOutput)

    @extend_schema(operation_id="reorder_policies_retrieve", responses=PolicyOutput)
    def retrieve(self, request: Request, code: str) -> Response:
        """One policy."""
        return self._shown(code)

    @extend_schema(
        operation_id="reorder_policies_save",
        request=PolicyInput,
        responses={200: PolicyOutput, 201: PolicyOutput},
    )
    def create(self, request: Request) -> Response:
        """Write a policy down, or change the one of this code."""
        given = self.read_body(PolicyInput)
        named = ("store", "category", "sku", "supplier")
        codes = {f"{name}_code": given.pop(name) for name in named}
        codes["source_code"] = given.pop("source_store")
        self.about(f"reorder-policy:{given['code']}")
        details = PolicyDetails(**given, **codes)
        is_new = save_policy(details=details, by=self.by, at=self.at)
        return self._shown(details.code, status=201 if is_new else 200)

    def _shown(self, code: str, *, status: int = 200) -> Response:
        policy = self.get_queryset().filter(code=code).first()
        self.refuse_unless(policy is not None)
        return self.answer(PolicyOutput, policy, status=status)
