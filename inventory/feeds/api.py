"""REST door: feeds as an ERP sends them, as a file or as rows."""

import hashlib
import io
from collections.abc import Mapping
from typing import IO, Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.feeds.models import Feed, FeedError
from inventory.feeds.operations import (
    ExchangeTerms,
    FeedReport,
    FeedTerms,
    import_commerceml,
    import_csv,
    import_rows,
)
from omniretail.kernel.api.headers import header
from omniretail.kernel.api.parsers import StrictJsonParser
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.api.writes import KEY_HEADER
from omniretail.kernel.idempotency import content_of
from omniretail.kernel.limits import limits

_SHOWN = 100
_ABOUT_STOCK = (Feed.Kind.PLACES, Feed.Kind.STOCK)
_SETS_STOCK = Access(clients="stock:write")


class CsvFileParser(BaseParser):
    """A file, byte by byte: its encoding is found out by who reads it."""

    media_type = "text/csv"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw: bytes = stream.read()
        return raw


class ZipFileParser(CsvFileParser):
    """An archive that holds the file."""

    media_type = "application/zip"


class XmlFileParser(CsvFileParser):
    """A file of 1C."""

    media_type = "application/xml"


class TreatmentQuery(StrictSerializer):
    """How a file is to be treated. `go_on` takes up the last import of this very file, if
    it broke off, behind what has landed of it."""

    file_name = Text(max_length=200, required=False)
    dry_run = serializers.BooleanField(required=False)
    all_or_nothing = serializers.BooleanField(required=False)
    go_on = serializers.BooleanField(required=False)


class FeedQuery(TreatmentQuery):
    """What comes in, and how it is to be treated."""

    kind = serializers.ChoiceField(choices=Feed.Kind.choices)


class CommercemlQuery(TreatmentQuery):
    """How a file of 1C is to be treated; `price_type` is the Ид or the name of the type of
    price that is published."""

    price_type = Text(max_length=200, required=False)


class FeedRowsInput(StrictSerializer):
    """Rows with the columns of a CSV file of the same kind as members. What a row of the
    catalogue does not name stays as it is known; what it names and leaves empty is
    cleared."""

    rows = serializers.ListField(
        child=serializers.DictField(), min_length=1, max_length=limits().batch_rows
    )


class FeedErrorOutput(Output):
    """A refused row."""

    line = serializers.IntegerField()
    field = serializers.CharField()
    value = serializers.CharField()
    message = serializers.CharField()


class FeedOutput(Output):
    """What an import came to; of the refused rows the first hundred."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Feed.Kind.choices)
    status = serializers.ChoiceField(choices=Feed.Status.choices)
    is_dry_run = serializers.BooleanField()
    rows_read = serializers.IntegerField()
    rows_landed = serializers.IntegerField()
    rows_changed = serializers.IntegerField()
    rows_refused = serializers.IntegerField()
    refusals = serializers.SerializerMethodField()

    @extend_schema_field(FeedErrorOutput(many=True))
    def get_refusals(self, feed: Any) -> list[dict[str, Any]]:
        is_report = isinstance(feed, FeedReport)
        rows = feed.refusals if is_report else feed.errors.all()
        return [dict(row) for row in FeedErrorOutput(rows[:_SHOWN], many=True).data]


class FeedListOutput(Output):
    """What each part of a file came to, in the order in which they landed."""

    items = FeedOutput(many=True)


class FeedRunOutput(Output):
    """An import that runs or ran: how far it is, or what came of it. Of a dry run, and of
    one of all or nothing, too: of a dry run `rows_landed` are those that would land."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Feed.Kind.choices)
    status = serializers.ChoiceField(choices=Feed.Status.choices)
    file_name = serializers.CharField(allow_blank=True)
    is_dry_run = serializers.BooleanField()
    rows_read = serializers.IntegerField()
    rows_tried = serializers.IntegerField(help_text="Gone through so far.")
    percent = serializers.IntegerField(
        allow_null=True, help_text="Of what was read; null before anything was."
    )
    rows_landed = serializers.IntegerField()
    rows_changed = serializers.IntegerField()
    rows_refused = serializers.IntegerField()
    refusal = serializers.CharField(allow_blank=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class RefusalsQuery(StrictSerializer):
    """The refused rows behind a line."""

    after_line = Whole(required=False)


class FeedErrorListOutput(Output):
    """Refused rows, by line."""

    items = FeedErrorOutput(many=True)


class FeedViewSet(ApiViewSet):
    """What came in, and what of it was refused."""

    lookup_field = "number"
    ordering = ("-started_at", "-id")
    parser_classes = (CsvFileParser, ZipFileParser, StrictJsonParser)
    body_bytes = limits().feed_body_bytes
    staged = frozenset({"create", "commerceml"})
    principals = {
        "list": Access(clients="catalogue:write"),
        "commerceml": Access(clients="catalogue:write"),
        "create": Access(clients="catalogue:write"),
        "retrieve": Access(clients="catalogue:write"),
        "refusals": Access(clients="catalogue:write"),
    }

    @extend_schema(
        operation_id="feeds_import",
        parameters=[FeedQuery],
        request={
            "text/csv": OpenApiTypes.BINARY,
            "application/zip": OpenApiTypes.BINARY,
            "application/json": FeedRowsInput,
        },
        responses={201: FeedOutput},
    )
    def create(self, request: Request) -> Response:
        """Import a CSV file, plain or zipped, or rows. Good rows land and bad ones are
        listed, unless asked otherwise; the same feed again changes nothing. A column of
        the catalogue, of places or of categories that is not there leaves alone what is
        known; an empty cell clears it. Places and stock need the scope `stock:write`,
        too."""
        asked = self.read_query(FeedQuery)
        if asked["kind"] in _ABOUT_STOCK:
            _SETS_STOCK.require(self.principal, self.at)
        terms = FeedTerms(kind=asked["kind"], **self._treatment(asked))
        document: Any = request.data
        if isinstance(document, bytes):
            report = import_csv(
                stream=io.BytesIO(document), terms=terms, by=self.by, at=self.at
            )
        else:
            rows = self.read_body(FeedRowsInput)["rows"]
            report = import_rows(rows=rows, terms=terms, by=self.by, at=self.at)
        self.about(f"feed:{report.number}")
        return self.answer(FeedOutput, report, status=201)

    @extend_schema(
        operation_id="feeds_commerceml",
        parameters=[CommercemlQuery],
        request={
            "application/xml": OpenApiTypes.BINARY,
            "application/zip": OpenApiTypes.BINARY,
        },
        responses={201: FeedListOutput},
    )
    @action(detail=False, methods=["post"], parser_classes=(XmlFileParser, ZipFileParser))
    def commerceml(self, request: Request) -> Response:
        """Import a file of 1C (CommerceML 2), plain or zipped: groups, goods,
        characteristics, prices and stock by warehouse, each part a feed of its own. Needs
        the scope `stock:write`, too."""
        asked = self.read_query(CommercemlQuery)
        _SETS_STOCK.require(self.principal, self.at)
        price_type = asked.get("price_type", "")
        terms = ExchangeTerms(price_type=price_type, **self._treatment(asked))
        document: Any = request.data
        stream = io.BytesIO(document if isinstance(document, bytes) else b"")
        reports = import_commerceml(stream=stream, terms=terms, by=self.by, at=self.at)
        self.about(f"feed:{reports[0].number}")
        return self.answer(FeedListOutput, {"items": reports}, status=201)

    @extend_schema(operation_id="feeds_list", responses=FeedRunOutput(many=True))
    def list(self, request: Request) -> Response:
        """Imports, the newest first, and how far those are that run."""
        return self.page(Feed.objects.all(), FeedRunOutput)

    @extend_schema(operation_id="feeds_read", responses=FeedOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """What an import came to."""
        return self.answer(FeedOutput, self._feed(number))

    @extend_schema(
        operation_id="feeds_refusals",
        parameters=[RefusalsQuery],
        responses=FeedErrorListOutput,
    )
    @action(detail=True, methods=["get"])
    def refusals(self, request: Request, number: str) -> Response:
        """Refused rows, a page of them behind a line."""
        asked = self.read_query(RefusalsQuery)
        rows = FeedError.objects.filter(
            feed=self._feed(number), line__gt=asked.get("after_line", 0)
        )
        return self.answer(FeedErrorListOutput, {"items": rows[: limits().batch_rows]})

    def _feed(self, number: str) -> Feed:
        feed = Feed.objects.filter(number=number).first()
        if feed is None:
            raise Http404
        return feed

    def _treatment(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {
            "file_name": asked.get("file_name", ""),
            "is_dry_run": asked.get("dry_run", False),
            "is_all_or_nothing": asked.get("all_or_nothing", False),
            "goes_on": asked.get("go_on", False),
            "request": self._fingerprint(),
        }

    def _fingerprint(self) -> str:
        """Whose request under which key this is, and all of what it says: an attempt that
        died has left its import behind under the same one."""
        request = self.request
        content = content_of("POST", request.get_full_path(), request.data)
        whose = f"{self.principal.reference} {header(request, KEY_HEADER)}\n".encode()
        return hashlib.sha256(whose + content).hexdigest()
