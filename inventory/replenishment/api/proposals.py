"""REST door: what might be ordered and moved."""

from collections.abc import Sequence

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.replenishment import operations
from inventory.replenishment.api.fields import NUMBER, READERS, place_of
from inventory.replenishment.models import Proposal
from inventory.replenishment.queries import proposal_views
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.limits import limits

DECIDERS = Access(clients="supply:write", staff="supply.move")


class ProposalQuery(StrictSerializer):
    """Which proposals."""

    status = serializers.ChoiceField(choices=Proposal.Status.choices, required=False)
    kind = serializers.ChoiceField(choices=Proposal.Kind.choices, required=False)
    store = Text(max_length=32, required=False)
    source_store = Text(max_length=32, required=False)
    supplier = Text(max_length=32, required=False)
    sku = Text(max_length=60, required=False)


class ChosenInput(StrictSerializer):
    """Which proposals, and a word for whoever reads the documents."""

    numbers = serializers.ListField(
        child=serializers.RegexField(rf"^{NUMBER}\Z", max_length=60),
        min_length=1,
        max_length=limits().decided_at_once,
    )
    reason = Text(max_length=200, required=False, allow_blank=True)


class DismissInput(ChosenInput):
    """Which proposals, and why not."""

    reason = Text(max_length=200)


class ProposalOutput(Output):
    """What might be brought where, from where, and why in words."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Proposal.Kind.choices)
    status = serializers.ChoiceField(choices=Proposal.Status.choices)
    store = serializers.CharField(source="store_code")
    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField(source="sku_name")
    source_store = serializers.CharField(source="source_code", allow_null=True)
    supplier = serializers.CharField(source="supplier_code", allow_null=True)
    quantity = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField()
    dismiss_reason = serializers.CharField()
    document = serializers.CharField()


class ProposalListOutput(Output):
    """The proposals that were decided on."""

    items = ProposalOutput(many=True)


class ProposalViewSet(ApiViewSet):
    """Proposals: accepted, dismissed, or outdated by what happens."""

    lookup_field = "number"
    lookup_value_regex = NUMBER
    ordering = ("-created_at", "-id")
    principals = {
        "list": READERS,
        "retrieve": READERS,
        "accept": DECIDERS,
        "dismiss": DECIDERS,
    }

    @extend_schema(
        operation_id="proposals_list",
        parameters=[ProposalQuery],
        responses=ProposalOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """Proposals, the newest first; an employee sees those of the own place."""
        asked = self.read_query(ProposalQuery)
        names = {
            "status": "status",
            "kind": "kind",
            "store": "store__code",
            "source_store": "source__code",
            "supplier": "supplier__code",
            "sku": "sku__code",
        }
        rows = Proposal.objects.filter(**{names[key]: asked[key] for key in asked})
        if own := place_of(self.principal, self.at):
            rows = rows.touching(own)
        views = proposal_views(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(ProposalOutput(views, many=True).data)

    @extend_schema(operation_id="proposals_retrieve", responses=ProposalOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """One proposal."""
        rows = Proposal.objects.filter(number=number)
        if own := place_of(self.principal, self.at):
            rows = rows.touching(own)
        found = proposal_views(rows)
        self.refuse_unless(bool(found))
        return self.answer(ProposalOutput, found[0])

    @extend_schema(
        operation_id="proposals_accept", request=ChosenInput, responses=ProposalListOutput
    )
    @action(detail=False, methods=["post"])
    def accept(self, request: Request) -> Response:
        """Carry them out, all or none: a draft order per supplier and place, a request per
        pair of places; each proposal then names its document."""
        given = self.read_body(ChosenInput)
        self.about("proposals:accept")
        operations.accept_proposals(
            numbers=given["numbers"],
            reason=given.get("reason", ""),
            by=self.by,
            at=self.at,
        )
        return self._shown(given["numbers"])

    @extend_schema(
        operation_id="proposals_dismiss",
        request=DismissInput,
        responses=ProposalListOutput,
    )
    @action(detail=False, methods=["post"])
    def dismiss(self, request: Request) -> Response:
        """Put them aside; the same is not proposed again for a week, though what it would
        have brought may be from elsewhere."""
        given = self.read_body(DismissInput)
        self.about("proposals:dismiss")
        operations.dismiss_proposals(
            numbers=given["numbers"], reason=given["reason"], by=self.by, at=self.at
        )
        return self._shown(given["numbers"])

    def _shown(self, numbers: Sequence[str]) -> Response:
        rows = Proposal.objects.filter(number__in=numbers).order_by("pk")
        return self.answer(ProposalListOutput, {"items": proposal_views(rows)})
