"""REST door: rules for safety stock, and letting them decide."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.safety.models import SafetyRule
from inventory.safety.operations import apply_rules, end_rule, follow_rules, save_rule
from inventory.safety.queries import RuleNotFound
from inventory.safety.ruling import MOST_UNITS, Rule
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits

CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}"
FIRST, LAST = "2000-01-01", "2100-01-01"
READERS = Access(clients="selling:read", staff="stock.look")
SETTERS = Access(clients="selling:write", staff="selling.set")


class Day(serializers.DateField):
    """A day of this century."""

    def to_internal_value(self, value: Any) -> Any:
        day = super().to_internal_value(value)
        if not FIRST <= day.isoformat() < LAST:
            raise serializers.ValidationError("too_far", code="too_far")
        return day


def _speed(**options: Any) -> serializers.DecimalField:
    """Units sold a day."""
    return serializers.DecimalField(9, 3, min_value=0, **options)


class RuleInput(StrictSerializer):
    """Units, and so many days' sales, to keep back where all that is asked for fits; the
    lowest priority of those that fit decides."""

    code = serializers.RegexField(rf"\A{CODE}\Z", max_length=60)
    name = Text(max_length=120)
    priority = Whole(max_value=32_767, default=100)
    units = Whole(max_value=MOST_UNITS, default=0)
    days = serializers.DecimalField(6, 2, min_value=0, max_value=366, default=Decimal(0))
    store = Text(max_length=32, required=False)
    category = Text(max_length=60, required=False)
    sold_from = _speed(required=False)
    sold_below = _speed(required=False)
    accuracy_below = serializers.DecimalField(
        5, 4, min_value=0, max_value=1, required=False
    )
    starts_on = Day(required=False)
    ends_on = Day(required=False)


class EndInput(StrictSerializer):
    """The first day on which it does not hold any more."""

    on = Day()


class ApplyInput(StrictSerializer):
    """Where the rules are to decide now."""

    store = Text(max_length=32)


class FollowInput(ApplyInput):
    """Levels that are to be the rules' again."""

    skus = serializers.ListField(
        child=Text(max_length=60), min_length=1, max_length=limits().stock_lines
    )


class RuleOutput(Output):
    """A rule."""

    code = serializers.CharField()
    name = serializers.CharField()
    priority = serializers.IntegerField()
    units = serializers.IntegerField()
    days = serializers.DecimalField(6, 2)
    store = serializers.CharField(source="store.code", allow_null=True, default=None)
    category = serializers.CharField(source="category.code", allow_null=True, default=None)
    sold_from = serializers.DecimalField(9, 3, allow_null=True)
    sold_below = serializers.DecimalField(9, 3, allow_null=True)
    accuracy_below = serializers.DecimalField(5, 4, allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)


class AppliedOutput(Output):
    """How many levels the rules looked at, and how many keep back another figure now."""

    looked_at = serializers.IntegerField()
    changed = serializers.IntegerField()


class SafetyRuleViewSet(ApiViewSet):
    """By which rules places keep units back."""

    queryset = SafetyRule.objects.select_related("store", "category")
    lookup_field = "code"
    lookup_value_regex = CODE
    ordering = ("priority", "code")
    principals = {
        "list": READERS,
        "create": SETTERS,
        "end": SETTERS,
        "apply": SETTERS,
        "follow": Access(clients="selling:write", staff="stock.adjust"),
    }

    @extend_schema(operation_id="safety_rules_list", responses=RuleOutput(many=True))
    def list(self, request: Request) -> Response:
        """The rules in the order in which they are asked."""
        return self.page(self.get_queryset(), RuleOutput)

    @extend_schema(
        operation_id="safety_rules_create",
        request=RuleInput,
        responses={200: RuleOutput, 201: RuleOutput},
    )
    def create(self, request: Request) -> Response:
        """Take up a rule, or let it say something else from the next time on."""
        given = self.read_body(RuleInput)
        self.about(f"safety-rule:{given['code']}")
        is_new = save_rule(rule=_rule(given), name=given["name"], by=self.by, at=self.at)
        status = 201 if is_new else 200
        return self.answer(RuleOutput, self._row(given["code"]), status=status)

    @extend_schema(operation_id="safety_rules_end", request=EndInput, responses=RuleOutput)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, code: str) -> Response:
        """Let a rule hold no longer."""
        given = self.read_body(EndInput)
        self.about(f"safety-rule:{code}")
        end_rule(code=code, on=given["on"], by=self.by, at=self.at)
        return self.answer(RuleOutput, self._row(code))

    @extend_schema(
        operation_id="safety_rules_apply", request=ApplyInput, responses=AppliedOutput
    )
    @action(detail=False, methods=["post"])
    def apply(self, request: Request) -> Response:
        """Let the levels of a place keep back what the rules say, now."""
        store = self.read_body(ApplyInput)["store"]
        self.about(f"stock:{store}")
        applied = apply_rules(store_code=store, by=self.by, at=self.at)
        return self.answer(AppliedOutput, applied)

    @extend_schema(
        operation_id="safety_rules_follow", request=FollowInput, responses=AppliedOutput
    )
    @action(detail=False, methods=["post"])
    def follow(self, request: Request) -> Response:
        """Give levels that somebody set by hand back to the rules."""
        given = self.read_body(FollowInput)
        if self.principal.kind is PrincipalKind.STAFF:
            self.refuse_unless(given["store"] == self.principal.store)
        self.about(f"stock:{given['store']}")
        applied = follow_rules(
            store_code=given["store"], sku_codes=given["skus"], by=self.by, at=self.at
        )
        return self.answer(AppliedOutput, applied)

    def _row(self, code: str) -> SafetyRule:
        rows = SafetyRule.objects.select_related("store", "category")
        row = rows.filter(code=code).first()
        if row is None:
            raise RuleNotFound(rule=code)
        return row


def _rule(given: dict[str, Any]) -> Rule:
    return Rule(
        code=given["code"],
        priority=given["priority"],
        units=given["units"],
        days=given["days"],
        store_code=given.get("store"),
        category_code=given.get("category"),
        sold_from=given.get("sold_from"),
        sold_below=given.get("sold_below"),
        accuracy_below=given.get("accuracy_below"),
        starts_on=given.get("starts_on"),
        ends_on=given.get("ends_on"),
    )
