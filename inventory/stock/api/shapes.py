"""What the REST doors of stock answer."""

from rest_framework import serializers

from inventory.stock.models import Bucket, StockMovement
from omniretail.kernel.api.serializers import Output


class LevelOutput(Output):
    """A level."""

    store = serializers.CharField(source="store_code")
    sku = serializers.CharField(source="sku_code")
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    safety_stock = serializers.IntegerField()
    available = serializers.IntegerField()
    display = serializers.IntegerField()
    quarantine = serializers.IntegerField()
    damaged = serializers.IntegerField()
    customer_hold = serializers.IntegerField()


class BucketsOutput(Output):
    """What lies in each bucket of the place."""

    on_hand = serializers.IntegerField()
    display = serializers.IntegerField()
    quarantine = serializers.IntegerField()
    damaged = serializers.IntegerField()
    customer_hold = serializers.IntegerField()


class MovementOutput(Output):
    """A movement: what, from where to where, why, by whom, when it was observed and when
    it was written down; and the balance right after it."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=StockMovement.Kind.choices)
    quantity = serializers.IntegerField()
    source = serializers.ChoiceField(choices=Bucket.choices)  # type: ignore[assignment]
    target = serializers.ChoiceField(choices=Bucket.choices)
    reference = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    actor_kind = serializers.CharField()
    actor_key = serializers.CharField()
    observed_at = serializers.DateTimeField(source="at")
    recorded_at = serializers.DateTimeField()
    serials = serializers.ListField(child=serializers.CharField())
    reverses = serializers.IntegerField(allow_null=True)
    reversed_by = serializers.IntegerField(allow_null=True)
    balance = BucketsOutput()


class MovedOutput(Output):
    """The levels after the move, in the order of their first lines, and the movements that
    wrote it down."""

    levels = LevelOutput(many=True)
    movements = serializers.ListField(child=serializers.IntegerField())
