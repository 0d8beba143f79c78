"""What carts look like at the REST door."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.limits import limits
from orders.carts.models import CartStatus, Channel, Intent


class CartInput(StrictSerializer):
    """A cart to open: for a customer, the one they have."""

    currency = Text(min_length=3, max_length=3, required=False)
    customer = Text(max_length=40, required=False, allow_null=True)
    store = Text(max_length=32, required=False, allow_null=True)
    language = Text(max_length=8, required=False)


class CartLineInput(StrictSerializer):
    """How many units of a SKU are to leave in which way; 0 takes the line out. Of what is
    taken along, the serial numbers of the units, where the SKU (of a kit, its parts) has
    them: what is not said is asked for at the checkout; said empty, none is named."""

    sku = Text(max_length=60)
    intent = serializers.ChoiceField(choices=Intent.choices)
    store = Text(max_length=32, required=False, allow_null=True)
    quantity = Whole(max_value=limits().line_quantity)
    serials = serializers.ListField(
        child=Text(max_length=60), required=False, max_length=limits().line_serials
    )


class CartChangesInput(StrictSerializer):
    """Whom to tell, where to ship, and how many points to spend at most."""

    name = Text(max_length=120, required=False, allow_blank=True)
    phone = Text(max_length=20, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    city = Text(max_length=80, required=False, allow_blank=True)
    address = Text(max_length=200, required=False, allow_blank=True)
    postal_code = Text(max_length=16, required=False, allow_blank=True)
    latitude = serializers.FloatField(
        min_value=-90, max_value=90, required=False, allow_null=True
    )
    longitude = serializers.FloatField(
        min_value=-180, max_value=180, required=False, allow_null=True
    )
    redeem_points = Whole(required=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        both = (attrs.get("latitude") is None, attrs.get("longitude") is None)
        if both[0] != both[1]:
            raise serializers.ValidationError(
                {"longitude": _("Latitude and longitude belong together.")}
            )
        return attrs


class MergeInput(StrictSerializer):
    """Whose cart it becomes; customers themselves need not say."""

    customer = Text(max_length=40, required=False)


class RecipientOutput(Output):
    """Whom to tell and where to ship."""

    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    language = serializers.CharField()
    city = serializers.CharField()
    address = serializers.CharField()
    postal_code = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)


class CartLineOutput(Output):
    """Units of one SKU, how they are to reach the customer, and the serial numbers of
    those that are taken along."""

    sku = serializers.CharField(source="sku_code")
    quantity = serializers.IntegerField()
    intent = serializers.ChoiceField(choices=Intent.choices)
    store = serializers.CharField(source="store_code", allow_null=True)
    serials = serializers.ListField(child=serializers.CharField())


class CartOutput(Output):
    """A cart as it stands."""

    token = serializers.UUIDField()
    status = serializers.ChoiceField(choices=CartStatus.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    customer = serializers.CharField(source="customer_number", allow_null=True)
    store = serializers.CharField(source="store_code", allow_null=True)
    currency = serializers.CharField()
    redeem_points = serializers.IntegerField()
    recipient = RecipientOutput()
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField()
    lines = CartLineOutput(many=True)
    order = serializers.CharField(source="order_number", allow_null=True)
