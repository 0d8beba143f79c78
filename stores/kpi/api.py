"""REST door: the score of a day."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omniretail.kernel.actors import ActorKind
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import MoneyField, Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet
from stores.kpi import queries
from stores.people.queries import roles_at
from stores.people.roles import HEAD_OFFICE, KPI_READ, OPERATOR


class ScoreQuery(StrictSerializer):
    """Which business day (today if not said), which store, which currency."""

    business_date = serializers.DateField(required=False)
    store = Text(max_length=32, required=False)
    currency = serializers.RegexField("^[A-Z]{3}$", max_length=3, required=False)


class FiguresOutput(Output):
    """What was counted. Amounts include tax and are in the currency of the answer."""

    orders = serializers.IntegerField()
    cancellations = serializers.IntegerField()
    net_sales_amount = MoneyField()
    refunds_amount = MoneyField()
    pickups = serializers.IntegerField()
    pickups_on_time = serializers.IntegerField()
    ready_count = serializers.IntegerField()
    ready_minutes = serializers.IntegerField(allow_null=True)


class StoreScoreOutput(Output):
    """A store's own view, over all channels."""

    code = serializers.CharField()
    name = serializers.CharField()
    city = serializers.CharField()
    figures = FiguresOutput()


class ChannelScoreOutput(Output):
    """A channel, over all stores."""

    channel = serializers.CharField()
    figures = FiguresOutput()


class DayOutput(Output):
    """A business day seen by stores, by channels, by the online team and as a whole;
    each sale is once in `company`, however many views show it."""

    business_date = serializers.DateField()
    currency = serializers.CharField()
    by_store = StoreScoreOutput(many=True)
    by_channel = serializers.SerializerMethodField()
    online = FiguresOutput()
    company = FiguresOutput()

    @extend_schema_field(ChannelScoreOutput(many=True))
    def get_by_channel(self, day: queries.Day) -> list[dict[str, object]]:
        rows = [{"channel": c, "figures": f} for c, f in sorted(day.by_channel.items())]
        return list(ChannelScoreOutput(rows, many=True).data)


class ScorecardViewSet(ApiViewSet):
    """Scorecards."""

    principals = {"list": Access(clients="orders:read", staff=KPI_READ)}
    pagination_class = None

    @extend_schema(
        operation_id="scorecards_day", parameters=[ScoreQuery], responses=DayOutput
    )
    def list(self, request: Request) -> Response:
        """The figures of one business day."""
        given = self.read_query(ScoreQuery)
        stores = self._stores(given.get("store"))
        day = given.get("business_date") or queries.today(self.at, given.get("store"))
        found = queries.day(day, store_codes=stores, currency=given.get("currency"))
        return self.answer(DayOutput, found)

    def _stores(self, wanted: str | None) -> set[str] | None:
        """A store's people see their own store; head office and the online team all."""
        by = self.by
        if by.kind is ActorKind.STAFF:
            roles = roles_at(by.key, by.store, self.at)
            if not roles & {HEAD_OFFICE, OPERATOR}:
                self.refuse_unless(wanted in (None, by.store))
                return {by.store or ""}
        return None if wanted is None else {wanted}
