"""REST door: points."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.identity.queries import customer_card
from loyalty.points import queries
from loyalty.points.models import Entry
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.schema import verb
from omniretail.kernel.api.serializers import MoneyField, Output
from omniretail.kernel.api.views import ApiViewSet

READ = Access(clients="customers:read", staff="customers.look")
MINE = Access(customers=True)


class MoneyOutput(Output):
    """An amount of money."""

    amount = MoneyField()
    currency = serializers.CharField()


class BalanceOutput(Output):
    """Points that can be spent, wait, or are owed."""

    active = serializers.IntegerField()
    pending = serializers.IntegerField()
    debt = serializers.IntegerField()
    worth = MoneyOutput()


class EntryOutput(Output):
    """A line of the statement."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=Entry.Kind.choices)
    points = serializers.IntegerField()
    pending = serializers.IntegerField()
    debt = serializers.IntegerField()
    reference = serializers.SerializerMethodField()

    def get_reference(self, entry: Entry) -> str:
        return entry.order_number or entry.reference


class PointsViewSet(ApiViewSet):
    """A customer's points."""

    ordering = ("-id",)
    principals = {"balance": READ, "entries": READ}

    @verb("customer_points_read", responses=BalanceOutput)
    def balance(self, request: Request, number: str) -> Response:
        """What the customer has."""
        customer_card(number)
        return self.answer(BalanceOutput, queries.balance(number))

    @verb("customer_points_entries", responses=EntryOutput(many=True))
    def entries(self, request: Request, number: str) -> Response:
        """How it came about, newest first."""
        customer_card(number)
        return self.page(queries.entries_of(number), EntryOutput)


class MyPointsViewSet(ApiViewSet):
    """My points."""

    ordering = ("-id",)
    principals = {"balance": MINE, "entries": MINE}

    @verb("me_points_read", responses=BalanceOutput)
    def balance(self, request: Request) -> Response:
        """What I have."""
        return self.answer(BalanceOutput, queries.balance(self.principal.key))

    @verb("me_points_entries", responses=EntryOutput(many=True))
    def entries(self, request: Request) -> Response:
        """How it came about, newest first."""
        return self.page(queries.entries_of(self.principal.key), EntryOutput)
