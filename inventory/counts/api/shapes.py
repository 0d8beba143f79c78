"""What the doors of counting read and print."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rest_framework import serializers

from inventory.counts.models import CountSession
from omniretail.kernel.api import serializers as kernel
from omniretail.kernel.api.serializers import (
    MoneyField,
    Output,
    StrictSerializer,
    Text,
    Whole,
)
from omniretail.kernel.limits import limits

NUMBER = r"[A-Za-z0-9._-]{1,32}"
MOST_UNITS = 1_000_000
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LONGEST = timedelta(days=366)


class Moment(kernel.Moment):
    """A moment of this century."""

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not FIRST <= moment < LAST:
            raise serializers.ValidationError("too_far", code="too_far")
        return moment.astimezone(UTC)


class CountVerbInput(StrictSerializer):
    """The verb says it all."""


class SeenInput(StrictSerializer):
    """Units seen on the shelf: `quantity` more, or in all if `is_total`. `code` is a GTIN
    or a SKU's own code. The same `key` in one count is counted once."""

    code = Text(max_length=60)
    quantity = Whole(max_value=MOST_UNITS)
    is_total = serializers.BooleanField(default=False)
    key = Text(max_length=100, required=False)
    seen_at = Moment(required=False)


class OpenInput(StrictSerializer):
    """A zone to count, or the articles of a directed count."""

    store = Text(max_length=32)
    zone = Text(max_length=80, required=False)
    skus = serializers.ListField(
        child=Text(max_length=60),
        required=False,
        min_length=1,
        max_length=limits().count_lines,
    )


class EntriesInput(StrictSerializer):
    """What was seen: all of it is counted, or nothing."""

    lines = serializers.ListField(
        child=SeenInput(), min_length=1, max_length=limits().count_lines
    )


class RecountInput(StrictSerializer):
    """These articles, or all that are off."""

    skus = serializers.ListField(
        child=Text(max_length=60),
        required=False,
        min_length=1,
        max_length=limits().count_lines,
    )


class CallOffInput(StrictSerializer):
    """Why."""

    reason = Text(max_length=200)


class CountQuery(StrictSerializer):
    """Which counts."""

    store = Text(max_length=32, required=False)
    status = serializers.ChoiceField(choices=CountSession.Status.choices, required=False)
    kind = serializers.ChoiceField(choices=CountSession.Kind.choices, required=False)


class AccuracyQuery(StrictSerializer):
    """Counts approved from a moment, included, to a moment, excluded."""

    starts_at = Moment()
    ends_at = Moment()
    store = Text(max_length=32, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The end comes after the start, within a year."""
        if not timedelta() < attrs["ends_at"] - attrs["starts_at"] <= LONGEST:
            raise serializers.ValidationError({"ends_at": ["too_far"]})
        return attrs


class CountLineOutput(Output):
    """One article. Who counts is told only what is counted; what should be there, and the
    rest, are null until the count is over and for those who do not approve counts."""

    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField()
    round = serializers.IntegerField()
    counted = serializers.IntegerField(allow_null=True)
    counted_at = serializers.DateTimeField(allow_null=True)
    counted_by = serializers.CharField()
    expected = serializers.IntegerField(allow_null=True)
    variance = serializers.IntegerField(allow_null=True)
    unit_amount = MoneyField(allow_null=True)
    posted = serializers.IntegerField(allow_null=True)
    short = serializers.IntegerField()


class CountOutput(Output):
    """A count."""

    number = serializers.CharField()
    store = serializers.CharField(source="store_code")
    kind = serializers.ChoiceField(choices=CountSession.Kind.choices)
    zone = serializers.CharField()
    status = serializers.ChoiceField(choices=CountSession.Status.choices)
    round = serializers.IntegerField()
    proposed_for = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    opened_at = serializers.DateTimeField()
    opened_by = serializers.CharField()
    counters = serializers.ListField(child=serializers.CharField())
    counted_at = serializers.DateTimeField(allow_null=True)
    variance_amount = MoneyField(allow_null=True)
    needs_second_person = serializers.BooleanField()
    approved_at = serializers.DateTimeField(allow_null=True)
    approved_by = serializers.CharField()
    cancel_reason = serializers.CharField()
    lines = CountLineOutput(many=True)


class AccuracyOutput(Output):
    """One place: shares between 0 and 1; null where nothing was to be counted."""

    store = serializers.CharField()
    currency = serializers.CharField()
    counts = serializers.IntegerField()
    articles = serializers.IntegerField()
    exact_articles = serializers.IntegerField()
    expected_units = serializers.IntegerField()
    units_off = serializers.IntegerField()
    net_units = serializers.IntegerField()
    expected_amount = MoneyField()
    amount_off = MoneyField()
    net_amount = MoneyField()
    line_accuracy = serializers.DecimalField(5, 4, allow_null=True)
    unit_accuracy = serializers.DecimalField(5, 4, allow_null=True)
    value_accuracy = serializers.DecimalField(5, 4, allow_null=True)


class AccuracyListOutput(Output):
    """The places, by code."""

    items = AccuracyOutput(many=True)
