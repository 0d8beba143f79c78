"""REST door: the queue of a store."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer
from omniretail.kernel.api.views import ApiViewSet
from stores.people.roles import WORK_PICK
from stores.work import operations
from stores.work.models import WorkItem


class WorkQuery(StrictSerializer):
    """Which part of the queue."""

    kind = serializers.ChoiceField(choices=WorkItem.Kind.choices, required=False)


class WorkItemOutput(Output):
    """One thing to do."""

    kind = serializers.ChoiceField(choices=WorkItem.Kind.choices)
    reference = serializers.CharField()
    order_number = serializers.CharField()
    store = serializers.CharField(source="store.code")
    title = serializers.CharField()
    customer_name = serializers.CharField()
    bay = serializers.CharField()
    units = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    taken_by = serializers.CharField()
    taken_at = serializers.DateTimeField(allow_null=True)


class WorkItemViewSet(ApiViewSet):
    """The queue of the employee's store, most pressing first."""

    lookup_field = "reference"
    lookup_value_regex = "[A-Za-z0-9-]{1,64}"
    ordering = ("due_at", "id")
    principals = {
        "list": Access(staff=WORK_PICK),
        "take": Access(staff=WORK_PICK),
        "put_back": Access(staff=WORK_PICK),
    }

    @extend_schema(
        operation_id="work_items_list",
        parameters=[WorkQuery],
        responses=WorkItemOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """What is to do."""
        given = self.read_query(WorkQuery)
        items = WorkItem.objects.open().filter(store__code=self.principal.store, **given)
        return self.page(items.select_related("store"), WorkItemOutput)

    @extend_schema(operation_id="work_items_take", request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="(?P<kind>[A-Z]{1,16})/take")
    def take(self, request: Request, reference: str, kind: str) -> Response:
        """I am on it."""
        self.about(f"work:{kind}:{reference}")
        operations.take_work(kind=kind, reference=reference, by=self.by, at=self.at)
        return Response(status=204)

    @extend_schema(operation_id="work_items_put_back", request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="(?P<kind>[A-Z]{1,16})/put-back")
    def put_back(self, request: Request, reference: str, kind: str) -> Response:
        """Somebody else may have it."""
        self.about(f"work:{kind}:{reference}")
        operations.put_back_work(kind=kind, reference=reference, by=self.by, at=self.at)
        return Response(status=204)
