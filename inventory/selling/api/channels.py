"""REST door: channels and their terms."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.selling.models import SellingChannel
from inventory.selling.models.channels import DisplayPolicy
from inventory.selling.operations import (
    Goods,
    drop_buffer,
    save_channel,
    set_buffer,
    set_display,
    set_network,
)
from inventory.selling.queries import (
    ChannelView,
    NetworkPlace,
    channel_view,
    channel_views,
)
from inventory.selling.showing import Display, Policy
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.api.views import ApiViewSet

CODE = r"[A-Za-z][A-Za-z0-9_-]{0,19}"
MOST_UNITS = 1_000_000
READERS = Access(clients="selling:read", staff="stock.look")
SETTERS = Access(clients="selling:write", staff="selling.set")


class ChannelInput(StrictSerializer):
    """A channel, by the code that carts and programs give it."""

    code = serializers.RegexField(rf"\A{CODE}\Z", max_length=20)
    name = Text(max_length=80)


class NetworkPlaceInput(StrictSerializer):
    """A place to sell from; the lowest priority comes first."""

    store = Text(max_length=32)
    priority = Whole(max_value=32_767, default=100)


class NetworkInput(StrictSerializer):
    """The places it sells from, and no others; null: every place."""

    places = serializers.ListField(
        child=NetworkPlaceInput(), allow_null=True, max_length=5_000
    )


class DisplayInput(StrictSerializer):
    """How it shows what there is: FEW below `units`, CAP up to `units`."""

    policy = serializers.ChoiceField(choices=DisplayPolicy.choices)
    units = Whole(max_value=MOST_UNITS, default=0)


class GoodsInput(StrictSerializer):
    """A SKU, or a category and all inside it, or everything; at one place or at each."""

    store = Text(max_length=32, required=False)
    category = Text(max_length=60, required=False)
    sku = Text(max_length=60, required=False)


class BufferInput(GoodsInput):
    """So many units of these goods are left lying; the most specific buffer decides."""

    units = Whole(max_value=MOST_UNITS)


class NetworkPlaceOutput(Output):
    """A place it sells from."""

    store = serializers.CharField(source="store_code")
    priority = serializers.IntegerField()


class DisplayOutput(Output):
    """How it shows what there is."""

    policy = serializers.ChoiceField(choices=DisplayPolicy.choices)
    units = serializers.IntegerField()


class BufferOutput(Output):
    """Units it leaves."""

    units = serializers.IntegerField()
    store = serializers.CharField(source="store_code", allow_null=True)
    category = serializers.CharField(source="category_code", allow_null=True)
    sku = serializers.CharField(source="sku_code", allow_null=True)


class ChannelOutput(Output):
    """A channel and its terms; `places` is null where it sells from every place."""

    code = serializers.CharField()
    name = serializers.CharField()
    display = DisplayOutput()
    places = NetworkPlaceOutput(many=True, allow_null=True)
    buffers = BufferOutput(many=True)


class SellingChannelViewSet(ApiViewSet):
    """Where channels sell from, what they leave, and how they show what there is."""

    queryset = SellingChannel.objects.all()
    lookup_field = "code"
    lookup_value_regex = CODE
    ordering = ("code",)
    principals = {
        "list": READERS,
        "retrieve": READERS,
        "create": SETTERS,
        "network": SETTERS,
        "display": SETTERS,
        "buffer": SETTERS,
        "drop_buffer": SETTERS,
    }

    @extend_schema(operation_id="selling_channels_list", responses=ChannelOutput(many=True))
    def list(self, request: Request) -> Response:
        """The channels that somebody wrote down, by code."""
        rows = self.paginate_queryset(SellingChannel.objects.all()) or []
        views = channel_views(at=self.at, codes=[row.code for row in rows])
        data = ChannelOutput(views, many=True).data
        return self.get_paginated_response(data)

    @extend_schema(operation_id="selling_channels_retrieve", responses=ChannelOutput)
    def retrieve(self, request: Request, code: str) -> Response:
        """A channel and its terms."""
        return self.answer(ChannelOutput, self._view(code))

    @extend_schema(
        operation_id="selling_channels_create",
        request=ChannelInput,
        responses={200: ChannelOutput, 201: ChannelOutput},
    )
    def create(self, request: Request) -> Response:
        """Write a channel down, or give it another name."""
        given = self.read_body(ChannelInput)
        code = given["code"].upper()
        self.about(f"channel:{code}")
        is_new = save_channel(code=code, name=given["name"], by=self.by, at=self.at)
        return self.answer(ChannelOutput, self._view(code), status=201 if is_new else 200)

    @extend_schema(
        operation_id="selling_channels_network",
        request=NetworkInput,
        responses=ChannelOutput,
    )
    @action(detail=True, methods=["post"])
    def network(self, request: Request, code: str) -> Response:
        """Name all the places it sells from, or let it sell from every place."""
        places = self.read_body(NetworkInput)["places"]
        set_network(
            channel=self._about(code),
            places=None
            if places is None
            else [NetworkPlace(one["store"], one["priority"]) for one in places],
            by=self.by,
            at=self.at,
        )
        return self.answer(ChannelOutput, self._view(code))

    @extend_schema(
        operation_id="selling_channels_display",
        request=DisplayInput,
        responses=ChannelOutput,
    )
    @action(detail=True, methods=["post"])
    def display(self, request: Request, code: str) -> Response:
        """Say how it shows what there is."""
        given = self.read_body(DisplayInput)
        display = Display(Policy(given["policy"]), given["units"])
        set_display(channel=self._about(code), display=display, by=self.by, at=self.at)
        return self.answer(ChannelOutput, self._view(code))

    @extend_schema(
        operation_id="selling_channels_buffer",
        request=BufferInput,
        responses=ChannelOutput,
    )
    @action(detail=True, methods=["post"])
    def buffer(self, request: Request, code: str) -> Response:
        """Let it leave so many units of these goods."""
        given = self.read_body(BufferInput)
        set_buffer(
            channel=self._about(code),
            goods=_goods(given),
            units=given["units"],
            by=self.by,
            at=self.at,
        )
        return self.answer(ChannelOutput, self._view(code))

    @extend_schema(
        operation_id="selling_channels_drop_buffer",
        request=GoodsInput,
        responses=ChannelOutput,
    )
    @action(detail=True, methods=["post"], url_path="drop-buffer")
    def drop_buffer(self, request: Request, code: str) -> Response:
        """Forget the buffer of exactly these goods."""
        goods = _goods(self.read_body(GoodsInput))
        drop_buffer(channel=self._about(code), goods=goods, by=self.by, at=self.at)
        return self.answer(ChannelOutput, self._view(code))

    def _about(self, code: str) -> str:
        self.about(f"channel:{code.upper()}")
        return code.upper()

    def _view(self, code: str) -> ChannelView:
        return channel_view(code.upper(), at=self.at)


def _goods(given: dict[str, Any]) -> Goods:
    return Goods(given.get("store"), given.get("category"), given.get("sku"))
