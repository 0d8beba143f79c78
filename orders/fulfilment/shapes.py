"""Shapes of what the fulfilment doors are asked and answer."""

from rest_framework import serializers

from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.limits import limits
from orders.carts.models import Intent
from orders.fulfilment.models import Fulfilment


class NothingInput(StrictSerializer):
    """The verb says it all."""


class DeliverInput(NothingInput):
    """The carrier's word is enough."""


class FulfilmentQuery(StrictSerializer):
    """Which bags to list."""

    status = serializers.ListField(
        child=serializers.ChoiceField(choices=Fulfilment.Status.choices),
        required=False,
        max_length=len(Fulfilment.Status.choices),
    )


class PickInput(StrictSerializer):
    """What the scanner read, and how many of it; of a serialised article which unit,
    unless its serial number is what was read; of which lot, if not of the first to
    expire. A GS1 symbol says its serial number and lot itself, with its identifiers in
    brackets; one that units of the article do not have is passed over."""

    code = Text(max_length=100)
    quantity = Whole(min_value=1, max_value=limits().line_quantity, default=1)
    serial = Text(max_length=60, required=False)
    lot = Text(max_length=20, required=False)


class PutBackInput(StrictSerializer):
    """Which line one unit is taken out of; of a kit, which part; of serialised units,
    which one (the last, if none is named)."""

    position = Whole(min_value=1, max_value=limits().cart_lines)
    part = Text(max_length=60, required=False)
    serial = Text(max_length=60, required=False)


class ShortInput(StrictSerializer):
    """How many units of which line were not found; of a kit, of which part. A missing
    part lets the whole kits fail that it was for. A unit among `sold_serials` is named by
    its number, one at a time: said by two, it is one unit that is missing."""

    position = Whole(min_value=1, max_value=limits().cart_lines)
    quantity = Whole(min_value=1, max_value=limits().line_quantity)
    part = Text(max_length=60, required=False)
    serial = Text(max_length=60, required=False)


class ReadyInput(StrictSerializer):
    """Where the bag stands."""

    bay = Text(max_length=20)


class HandOverInput(StrictSerializer):
    """The customer's code; or a store manager's reason to do without."""

    code = Text(max_length=40, required=False)
    override_reason = Text(max_length=200, required=False)


class ShipInput(StrictSerializer):
    """The carrier's number."""

    tracking_number = Text(max_length=64)


class LotToTakeOutput(Output):
    """A lot on the shelf, with as many units as lie in no bag. What is of no lot has no
    name and no days."""

    lot = serializers.CharField()
    expires_on = serializers.DateField(allow_null=True)
    sold_until = serializers.DateField(allow_null=True)
    free = serializers.IntegerField()


class FulfilmentPartOutput(Output):
    """A part of the kits of a line, to be picked by itself; `lots` as on its line."""

    sku_code = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField(source="live_quantity")
    picked_quantity = serializers.IntegerField()
    is_serialised = serializers.BooleanField()
    serials = serializers.ListField(child=serializers.CharField())
    sold_serials = serializers.ListField(child=serializers.CharField())
    lots = LotToTakeOutput(many=True)


class FulfilmentLineOutput(Output):
    """Units of one order line in a bag; of a kit, with its parts. Where units are told
    apart by lots and some are still to be found, `lots` are those to take, the first to
    expire first: a pick that names none takes them in this order. A till has sold the units
    in `sold_serials` meanwhile: a pick of another one takes the place of each."""

    position = serializers.IntegerField()
    sku_code = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    picked_quantity = serializers.IntegerField()
    short_quantity = serializers.IntegerField()
    is_serialised = serializers.BooleanField()
    serials = serializers.ListField(child=serializers.CharField())
    sold_serials = serializers.ListField(child=serializers.CharField())
    lots = LotToTakeOutput(many=True)
    parts = FulfilmentPartOutput(many=True)


class FulfilmentOutput(Output):
    """A bag or parcel: where it stands, how far it is, what is in it."""

    number = serializers.CharField()
    order_number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Intent.choices)
    status = serializers.ChoiceField(choices=Fulfilment.Status.choices)
    store_code = serializers.CharField()
    customer_name = serializers.CharField()
    due_at = serializers.DateTimeField()
    allocated_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    picking_at = serializers.DateTimeField(allow_null=True)
    ready_at = serializers.DateTimeField(allow_null=True)
    keep_until = serializers.DateTimeField(allow_null=True)
    collected_at = serializers.DateTimeField(allow_null=True)
    packed_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField()
    bay = serializers.CharField()
    tracking_number = serializers.CharField()
    lines = FulfilmentLineOutput(many=True)


class ShortOutput(Output):
    """What became of the missing units."""

    outcome = serializers.ChoiceField(choices=["RESOURCED", "REFUNDED"])
    fulfilment = FulfilmentOutput()


class PassOutput(Output):
    """What opens one bag."""

    number = serializers.CharField()
    store_code = serializers.CharField()
    code = serializers.CharField()
    grouped = serializers.CharField()
    qr_text = serializers.CharField()
    ready_at = serializers.DateTimeField()
    keep_until = serializers.DateTimeField()
