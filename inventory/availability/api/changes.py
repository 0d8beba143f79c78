"""REST door: every change of the stock, and a snapshot to begin with."""

import json
from collections.abc import Generator, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from inventory.availability.cursors import BEGINNING, Cursor, NoCursor
from inventory.availability.queries import Page, Wanted, changes_after, snapshot
from inventory.selling.queries import places_of
from inventory.selling.speaking import channel_for
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import Principal
from omniretail.kernel.api.renderers import PlainJsonRenderer
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits

LINES = "application/x-ndjson"


class LinesRenderer(BaseRenderer):
    """Lets callers ask for lines of JSON; the door itself writes them."""

    media_type = LINES
    format = "ndjson"


class WantedQuery(StrictSerializer):
    """Of which places and SKUs; none named, of all."""

    store = serializers.ListField(
        child=Text(max_length=32), max_length=limits().availability_places, required=False
    )
    sku = serializers.ListField(
        child=Text(max_length=60), max_length=limits().availability_skus, required=False
    )


class SoldQuery(WantedQuery):
    """Also only the places a channel sells from."""

    channel = Text(
        max_length=20,
        required=False,
        help_text="For a program without a channel of its own; others name their own.",
    )


class ChangesQuery(SoldQuery):
    """Where to read on, and how far."""

    after = Text(
        max_length=40,
        required=False,
        help_text="The `next` of the answer before, or the `cursor` of a snapshot.",
    )
    limit = Whole(
        min_value=1, max_value=limits().changes_page_most, default=limits().changes_page
    )

    def validate_after(self, value: str) -> Cursor:
        """A cursor is one of ours."""
        try:
            return Cursor.read(value)
        except NoCursor as error:
            raise serializers.ValidationError(_("This is no cursor.")) from error


class StockChangeOutput(Output):
    """From then on a level said this. `version` rises with each change of the level: what
    comes with a lower one than you know is older than what you know."""

    store = serializers.CharField()
    sku = serializers.CharField()
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    safety_stock = serializers.IntegerField()
    available = serializers.IntegerField()
    version = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()


class StockChangesOutput(Output):
    """Changes in the order of commits. Read on behind `next`; with `is_all`, every change
    made before `as_of` has been told, and `next` will tell of later ones.

    `stores` are those of which is told (null: of all). The places of a channel come and
    go: of one that has joined since you last read, take a snapshot (`store`); what lies
    there since before is no change.
    """

    stores = serializers.ListField(child=serializers.CharField(), allow_null=True)
    items = StockChangeOutput(many=True)
    next = serializers.CharField()
    is_all = serializers.BooleanField()
    as_of = serializers.DateTimeField()


class StockChangeViewSet(ApiViewSet):
    """Following the stock: a snapshot, then its changes."""

    principals = {
        "list": Access(clients="stock:read"),
        "snapshot": Access(clients="stock:read"),
    }
    pagination_class = None

    @extend_schema(
        operation_id="stock_changes_list",
        parameters=[ChangesQuery],
        responses=StockChangesOutput,
    )
    def list(self, request: Request) -> HttpResponse:
        """The changes behind a cursor, without gaps, however often they are read; without
        a cursor from the beginning, where each level is told at least as it stands.

        A page of few places or SKUs may be empty though more follows: read on while
        `is_all` is false. The same is pushed, as server-sent events, by
        `/live/stock-changes?after=…` of the live process.
        """
        asked = self.read_query(ChangesQuery)
        wanted = self._wanted(asked)
        page = changes_after(
            asked.get("after", BEGINNING), most=asked["limit"], wanted=wanted
        )
        return HttpResponse(_document(page, wanted), content_type="application/json")

    @extend_schema(
        operation_id="stock_changes_snapshot",
        parameters=[SoldQuery],
        responses={(200, LINES): OpenApiTypes.STR},
    )
    @action(
        detail=False, methods=["get"], renderer_classes=[LinesRenderer, PlainJsonRenderer]
    )
    def snapshot(self, request: Request) -> StreamingHttpResponse:
        """Every level at one moment, as lines of JSON.

        The first line holds the `cursor` from which the changes go on, the moment (`as_of`)
        and the `stores` of which is told (null: all); the last how many `levels` were told:
        without it the line broke. Between them stand `store`, `sku`, `on_hand`, `reserved`,
        `safety_stock`, `available` and `version`. A change whose version is not higher than
        the known one is known.
        """
        lines = snapshot(self._wanted(self.read_query(SoldQuery)))
        begun = _Begun(next(lines), lines)  # a refusal is still an answer
        return StreamingHttpResponse(begun, content_type=LINES)

    def _wanted(self, asked: dict[str, Any]) -> Wanted:
        return wanted_of(asked, self.principal, self.at)


class _Begun(Iterator[bytes]):
    """Lines of which the first has been read; who breaks off lets go of the database."""

    def __init__(self, first: bytes, lines: Generator[bytes]) -> None:
        self._lines = lines
        self._all = chain([first], lines)

    def __next__(self) -> bytes:
        return next(self._all)

    def close(self) -> None:
        """Nobody reads on."""
        self._lines.close()


def wanted_of(asked: dict[str, Any], by: Principal, at: datetime) -> Wanted:
    """The places and SKUs of a question; those of a channel, if it names one.

    Raises:
        NotYourChannel: it is somebody else's.
    """
    stores, skus = asked.get("store"), asked.get("sku", ())
    if "channel" in asked:
        network = places_of(channel_for(by, asked["channel"]), at=at)
        if network is not None:
            stores = sorted(network & set(stores) if stores else network)
    return Wanted(stores=stores, skus=skus)


def _document(page: Page, wanted: Wanted) -> str:
    """The answer, whose items the database has written already."""
    is_all = "true" if page.is_all else "false"
    return (
        f'{{"stores":{json.dumps(wanted.stores)},"items":[{page.text}],'
        f'"next":"{page.next}","is_all":{is_all},"as_of":"{page.as_of.isoformat()}"}}'
    )
