"""The REST door of bags and parcels: staff actions and the customer's pass."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.views import ApiViewSet
from orders.fulfilment import operations, queries
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.shapes import (
    DeliverInput,
    FulfilmentOutput,
    FulfilmentQuery,
    HandOverInput,
    NothingInput,
    PassOutput,
    PickInput,
    PutBackInput,
    ReadyInput,
    ShipInput,
    ShortInput,
    ShortOutput,
)
from orders.ordering.access import may_see_order

STAFF_PICK = Access(staff="work.pick")


class FulfilmentViewSet(ApiViewSet):
    """What a store prepares: pick, bag, hand over, pack, ship."""

    lookup_field = "number"
    ordering = ("due_at", "id")
    principals = {
        "list": STAFF_PICK,
        "retrieve": STAFF_PICK,
        "accept": STAFF_PICK,
        "start_picking": STAFF_PICK,
        "pick": STAFF_PICK,
        "put_back": STAFF_PICK,
        "short": STAFF_PICK,
        "ready": STAFF_PICK,
        "pack": STAFF_PICK,
        "ship": STAFF_PICK,
        "deliver": Access(staff="work.pick", clients="orders:write"),
        "hand_over": Access(staff="work.handover"),
        "new_code": Access(staff="handover.override"),
    }
    staged = frozenset({"hand_over"})

    @extend_schema(
        operation_id="fulfilments_list",
        parameters=[FulfilmentQuery],
        responses=FulfilmentOutput(many=True),
    )
    def list(self, request: Request) -> Response:
        """What this store has to prepare and to hand over, the most urgent first."""
        asked = self.read_query(FulfilmentQuery)
        rows = Fulfilment.objects.filter(store__code=self.principal.store or "")
        if wanted := asked.get("status"):
            rows = rows.filter(status__in=wanted)
        shown = self.paginate_queryset(rows)
        views = queries.with_lots(queries.views_of(shown or []), at=self.at)
        return self.get_paginated_response(FulfilmentOutput(views, many=True).data)

    @extend_schema(operation_id="fulfilments_retrieve", responses=FulfilmentOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """One bag or parcel of this store."""
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_accept",
        request=NothingInput,
        responses=FulfilmentOutput,
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, number: str) -> Response:
        """The store takes the job."""
        self.read_body(NothingInput)
        operations.accept_fulfilment(number=number, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_start_picking",
        request=NothingInput,
        responses=FulfilmentOutput,
    )
    @action(detail=True, methods=["post"], url_path="start-picking")
    def start_picking(self, request: Request, number: str) -> Response:
        """A clerk goes to the shelves."""
        self.read_body(NothingInput)
        operations.start_picking(number=number, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_pick", request=PickInput, responses=FulfilmentOutput
    )
    @action(detail=True, methods=["post"])
    def pick(self, request: Request, number: str) -> Response:
        """Scanned units go into the bag; a wrong scan says what it is."""
        given = self.read_body(PickInput)
        operations.pick_unit(number=number, **given, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_put_back",
        request=PutBackInput,
        responses=FulfilmentOutput,
    )
    @action(detail=True, methods=["post"], url_path="put-back")
    def put_back(self, request: Request, number: str) -> Response:
        """Undo one pick."""
        given = self.read_body(PutBackInput)
        operations.put_back_unit(number=number, **given, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_short", request=ShortInput, responses=ShortOutput
    )
    @action(detail=True, methods=["post"])
    def short(self, request: Request, number: str) -> Response:
        """Units were not found: another place sends them, or the customer is paid back. So
        it goes, too, where there is no other unit in place of one in `sold_serials`."""
        given = self.read_body(ShortInput)
        outcome = operations.report_short(number=number, **given, **self._acting(number))
        (view,) = queries.with_lots([queries.fulfilment_view(number)], at=self.at)
        return self.answer(ShortOutput, {"outcome": outcome, "fulfilment": view})

    @extend_schema(
        operation_id="fulfilments_ready", request=ReadyInput, responses=FulfilmentOutput
    )
    @action(detail=True, methods=["post"])
    def ready(self, request: Request, number: str) -> Response:
        """The bag stands in its bay and waits for the customer."""
        given = self.read_body(ReadyInput)
        operations.mark_ready(number=number, **given, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_hand_over",
        request=HandOverInput,
        responses=FulfilmentOutput,
    )
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, number: str) -> Response:
        """The customer shows the code and takes the bag; five wrong codes lock it."""
        given = self.read_body(HandOverInput)
        acting = self._acting(number) | {"is_again": self.is_taken_over}
        operations.hand_over(number=number, **given, **acting)
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_new_code",
        request=NothingInput,
        responses=FulfilmentOutput,
    )
    @action(detail=True, methods=["post"], url_path="new-code")
    def new_code(self, request: Request, number: str) -> Response:
        """A new pickup code on the customer's page; the old one opens nothing any more."""
        self.read_body(NothingInput)
        operations.issue_new_code(number=number, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_pack", request=NothingInput, responses=FulfilmentOutput
    )
    @action(detail=True, methods=["post"])
    def pack(self, request: Request, number: str) -> Response:
        """The parcel is closed."""
        self.read_body(NothingInput)
        operations.pack_fulfilment(number=number, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_ship", request=ShipInput, responses=FulfilmentOutput
    )
    @action(detail=True, methods=["post"])
    def ship(self, request: Request, number: str) -> Response:
        """The carrier has the parcel; the money is taken."""
        given = self.read_body(ShipInput)
        operations.ship_fulfilment(number=number, **given, **self._acting(number))
        return self._shown(number)

    @extend_schema(
        operation_id="fulfilments_deliver",
        request=DeliverInput,
        responses=FulfilmentOutput,
    )
    @action(detail=True, methods=["post"])
    def deliver(self, request: Request, number: str) -> Response:
        """The customer has the parcel."""
        self.read_body(DeliverInput)
        operations.deliver_fulfilment(number=number, **self._acting(number))
        return self._shown(number)

    def _acting(self, number: str) -> dict[str, Any]:
        self.about(f"fulfilment:{number}")
        return {"by": self.by, "at": self.at}

    def _shown(self, number: str) -> Response:
        bag = queries.fulfilment_view(number, store_code=self.principal.store)
        (view,) = queries.with_lots([bag], at=self.at)
        return self.answer(FulfilmentOutput, view)


class PassViewSet(ApiViewSet):
    """What opens the bags of an order: for the customer's eyes only."""

    pagination_class = None
    principals = {
        "list": Access(clients="orders:read", customers=True, guests=True),
    }

    @extend_schema(operation_id="orders_pass", responses=PassOutput(many=True))
    def list(self, request: Request, number: str) -> Response:
        """The passes of the bags that are ready now; none while nothing is."""
        self.refuse_unless(may_see_order(self.principal, number))
        return self.answer(PassOutput, queries.pickup_passes(number), many=True)
