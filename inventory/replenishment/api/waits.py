"""REST door: tell me when it is here."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.replenishment import operations
from inventory.replenishment.api.fields import NUMBER
from inventory.replenishment.models import StockWait
from inventory.replenishment.models.waits import StockWaitQuerySet
from inventory.replenishment.operations import Contact
from inventory.replenishment.queries import wait_view, wait_views
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits

SHOPPERS = Access(clients="waits:write", staff="orders.sell", customers=True)


class WaitInput(StrictSerializer):
    """What is waited for: at one place, or anywhere. A signed-in customer is told by the
    own phone or e-mail; for a guest say one of them, for a customer the number."""

    sku = Text(max_length=60)
    store = Text(max_length=32, required=False)
    quantity = Whole(min_value=1, max_value=limits().line_quantity, default=1)
    customer = Text(max_length=32, required=False, default="")
    phone = Text(max_length=40, required=False, default="")
    email = Text(max_length=254, required=False, default="")
    name = Text(max_length=120, required=False, default="", allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)


class WaitQuery(StrictSerializer):
    """Which waits."""

    status = serializers.ChoiceField(choices=StockWait.Status.choices, required=False)
    sku = Text(max_length=60, required=False)
    store = Text(max_length=32, required=False)


class WaitVerbInput(StrictSerializer):
    """The verb says it all."""


class WaitOutput(Output):
    """A wait, and how it stands."""

    number = serializers.CharField()
    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField(source="sku_name")
    store = serializers.CharField(source="store_code", allow_null=True)
    quantity = serializers.IntegerField()
    status = serializers.ChoiceField(choices=StockWait.Status.choices)
    channel = serializers.CharField()
    created_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    told_at = serializers.DateTimeField(allow_null=True)
    told_store = serializers.CharField(source="told_store_code", allow_null=True)


class StockWaitViewSet(ApiViewSet):
    """Waits: each is told once, in the order of asking, when its channel may sell so many
    at the place, or at one in business: goods came or were given back, a block is over,
    the channel leaves less or sells from another place, a place opens, a kit can be made
    up.

    Who is told has the first chance of the units for a time; then the next one is told. A
    wait ends when it is told, called off or too old, and forgets how to reach a guest. A
    customer sees the own waits, a program those of its channel, an employee those of the
    own place.
    """

    lookup_field = "number"
    lookup_value_regex = NUMBER
    ordering = ("-created_at", "-id")
    principals = {
        "list": SHOPPERS,
        "retrieve": SHOPPERS,
        "create": SHOPPERS,
        "cancel": SHOPPERS,
    }

    @extend_schema(
        operation_id="stock_waits_list",
        parameters=[WaitQuery],
        responses=WaitOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Waits, the newest first: a customer's own, a channel's, a place's."""
        asked = self.read_query(WaitQuery)
        names = {"status": "status", "sku": "sku__code", "store": "store__code"}
        rows = self._theirs().filter(**{names[key]: asked[key] for key in asked})
        views = wait_views(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(WaitOutput(views, many=True).data)

    @extend_schema(operation_id="stock_waits_retrieve", responses=WaitOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """One wait."""
        self.refuse_unless(self._theirs().filter(number=number).exists())
        return self.answer(WaitOutput, wait_view(number))

    @extend_schema(
        operation_id="stock_waits_register", request=WaitInput, responses={201: WaitOutput}
    )
    def create(self, request: Request) -> Response:
        """Tell this contact when so many units have come."""
        given = self.read_body(WaitInput)
        number = operations.register_wait(
            sku_code=given["sku"],
            store_code=given.get("store"),
            quantity=given["quantity"],
            contact=self._contact(given),
            channel=self._channel,
            by=self.by,
            at=self.at,
        )
        self.about(f"wait:{number}")
        return self.answer(WaitOutput, wait_view(number), status=201)

    @extend_schema(
        operation_id="stock_waits_cancel", request=WaitVerbInput, responses=WaitOutput
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        """Nobody waits for it any more."""
        self.read_body(WaitVerbInput)
        self.refuse_unless(self._theirs().filter(number=number).exists())
        self.about(f"wait:{number}")
        operations.cancel_wait(number=number, by=self.by, at=self.at)
        return self.answer(WaitOutput, wait_view(number))

    def _contact(self, given: dict[str, str]) -> Contact:
        is_own = self.principal.kind is PrincipalKind.CUSTOMER
        return Contact(
            customer_number=self.principal.key if is_own else given["customer"],
            phone="" if is_own else given["phone"],
            email="" if is_own else given["email"],
            name="" if is_own else given["name"],
            language=given.get("language", ""),
        )

    def _theirs(self) -> StockWaitQuerySet:
        rows = StockWait.objects.all()
        if self.principal.kind is PrincipalKind.CUSTOMER:
            return rows.filter(customer_number=self.principal.key)
        if self.principal.kind is PrincipalKind.STAFF:
            return rows.filter(store__code=self.principal.store)
        return rows.filter(channel=self._channel)

    @property
    def _channel(self) -> str:
        if self.principal.kind is PrincipalKind.STAFF:
            return "TABLET"
        return self.principal.channel.upper() or "SITE"
