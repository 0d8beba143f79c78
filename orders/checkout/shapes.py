"""What quotes and orders look like at the REST door."""

from decimal import Decimal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventory.selling.showing import Display, shown
from omniretail.kernel.api.serializers import MoneyField, Output, StrictSerializer, Text
from orders.carts.models import Channel, Intent
from orders.checkout.queries import QuoteLine
from orders.fulfilment.models import Fulfilment
from orders.ordering.models import OrderStatus
from orders.ordering.reasons import CancelReason
from orders.payments.models import TenderKind, TenderStatus


class PaymentInput(StrictSerializer):
    """With what the customer pays what points do not pay."""

    kind = serializers.ChoiceField(choices=["CARD", "CASH"], default="CARD")
    method = Text(
        max_length=64,
        required=False,
        allow_blank=True,
        help_text="The gateway's token for the card; never a card number.",
    )

    def validate_method(self, method: str) -> str:
        """A card number must not come near our books."""
        digits = "".join(ch for ch in method if ch.isdigit())
        if len(digits) >= 12:
            raise serializers.ValidationError("A token, not a number.", code="card_number")
        return method


class CheckoutInput(StrictSerializer):
    """How to pay, and the total whoever orders has seen."""

    payment = PaymentInput()
    store = Text(max_length=32, required=False, allow_null=True)
    expected_total = MoneyField(required=False, min_value=Decimal(0))


class CancelInput(StrictSerializer):
    """Why the order is called off."""

    reason = Text(max_length=40, default=CancelReason.CUSTOMER.value)


class OrdersQuery(StrictSerializer):
    """Which orders to list."""

    is_query = True
    status = serializers.ChoiceField(choices=OrderStatus.choices, required=False)


class QuoteLineOutput(Output):
    """What a line of a cart costs now, where it would come from, and by when. How many are
    missing is not said (null) where the channel does not show how many there are. Of what
    is taken along, `serials_wanted` units have serial numbers, and `serials_named` of them
    are named in the cart: all are, or the checkout refuses it (`serials_wanted`)."""

    has_context = True

    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    intent = serializers.ChoiceField(choices=Intent.choices)
    store = serializers.CharField(source="store_code", allow_null=True)
    is_for_sale = serializers.BooleanField()
    unit_price = MoneyField(allow_null=True)
    net_amount = MoneyField(allow_null=True)
    missing_quantity = serializers.SerializerMethodField()
    from_stores = serializers.ListField(child=serializers.CharField())
    ready_at = serializers.DateTimeField(allow_null=True)
    serials_wanted = serializers.IntegerField()
    serials_named = serializers.IntegerField()

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_missing_quantity(self, line: QuoteLine) -> int | None:
        """Nothing missing is nothing missing in every channel."""
        there = line.quantity - line.missing_quantity
        display: Display = self.context["display"]
        is_told = not line.missing_quantity or shown(there, display).units == there
        return line.missing_quantity if is_told else None


class QuoteOutput(Output):
    """What ordering the cart now would cost and bring."""

    has_context = True

    token = serializers.UUIDField(source="cart.token")
    version = serializers.IntegerField(source="cart.version")
    can_be_ordered = serializers.BooleanField()
    lines = QuoteLineOutput(many=True)
    currency = serializers.CharField()
    items_amount = MoneyField()
    discount_amount = MoneyField()
    delivery_amount = MoneyField()
    tax_amount = MoneyField()
    total_amount = MoneyField()
    points = serializers.IntegerField()
    points_amount = MoneyField()
    points_most = serializers.IntegerField()
    due_amount = MoneyField()
    parcels = serializers.IntegerField()


class OrderLineOutput(Output):
    """Units of one SKU at one price, and how many went which way."""

    position = serializers.IntegerField()
    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField()
    fulfilled_quantity = serializers.IntegerField()
    returned_quantity = serializers.IntegerField()
    unit_price = MoneyField()
    discount_amount = MoneyField()
    net_amount = MoneyField()
    tax_rate = serializers.DecimalField(max_digits=5, decimal_places=2)
    tax_amount = MoneyField()
    points_amount = MoneyField()
    intent = serializers.ChoiceField(choices=Intent.choices)
    store = serializers.CharField(source="store_code", allow_null=True)


class TenderOutput(Output):
    """One means of payment and what became of its money."""

    kind = serializers.ChoiceField(choices=TenderKind.choices)
    status = serializers.ChoiceField(choices=TenderStatus.choices)
    amount = MoneyField()
    points = serializers.IntegerField()
    authorised_amount = MoneyField()
    captured_amount = MoneyField()
    voided_amount = MoneyField()
    refunded_amount = MoneyField()
    refusal = serializers.CharField()


class ParcelLineOutput(Output):
    """Units of one order line in a bag or parcel."""

    position = serializers.IntegerField()
    sku = serializers.CharField(source="sku_code")
    quantity = serializers.IntegerField()
    picked_quantity = serializers.IntegerField()
    short_quantity = serializers.IntegerField()


class ParcelOutput(Output):
    """A bag or parcel of the order: where it is prepared and how far it is."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Fulfilment.Kind.choices)
    status = serializers.ChoiceField(choices=Fulfilment.Status.choices)
    store = serializers.CharField(source="store_code")
    due_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    keep_until = serializers.DateTimeField(allow_null=True)
    collected_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    tracking_number = serializers.CharField()
    lines = ParcelLineOutput(many=True)


class OrderOutput(Output):
    """An order with how it is paid and how it comes."""

    number = serializers.CharField(source="order.number")
    status = serializers.ChoiceField(source="order.status", choices=OrderStatus.choices)
    channel = serializers.ChoiceField(source="order.channel", choices=Channel.choices)
    customer = serializers.CharField(source="order.customer_number", allow_null=True)
    contact_name = serializers.CharField(source="order.contact_name")
    contact_phone = serializers.CharField(source="order.contact_phone")
    contact_email = serializers.CharField(source="order.contact_email")
    city = serializers.CharField(source="order.city")
    address = serializers.CharField(source="order.address")
    postal_code = serializers.CharField(source="order.postal_code")
    taken_at_store = serializers.CharField(source="order.taken_at_store", allow_null=True)
    currency = serializers.CharField(source="order.currency")
    items_amount = MoneyField(source="order.items_amount")
    discount_amount = MoneyField(source="order.discount_amount")
    delivery_amount = MoneyField(source="order.delivery_amount")
    total_amount = MoneyField(source="order.total_amount")
    tax_amount = MoneyField(source="order.tax_amount")
    opened_at = serializers.DateTimeField(source="order.opened_at")
    placed_at = serializers.DateTimeField(source="order.placed_at", allow_null=True)
    completed_at = serializers.DateTimeField(source="order.completed_at", allow_null=True)
    cancelled_at = serializers.DateTimeField(source="order.cancelled_at", allow_null=True)
    cancel_reason = serializers.CharField(source="order.cancel_reason")
    lines = OrderLineOutput(source="order.lines", many=True)
    tenders = TenderOutput(many=True)
    fulfilments = ParcelOutput(many=True)
    page_url = serializers.CharField()
    link = serializers.CharField(help_text="For guests: the header X-Order-Link.")


class OrderRowOutput(Output):
    """An order in a list."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    currency = serializers.CharField()
    total_amount = MoneyField()
    opened_at = serializers.DateTimeField()
    placed_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
