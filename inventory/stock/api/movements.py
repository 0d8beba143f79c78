"""REST door: taking a movement back."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.stock.api.shapes import MovedOutput
from inventory.stock.models import StockMovement
from inventory.stock.operations import reverse_movement
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet


class ReverseInput(StrictSerializer):
    """Why it is taken back."""

    reason = Text(max_length=200)


class StockMovementViewSet(ApiViewSet):
    """What moved."""

    queryset = StockMovement.objects.none()
    principals = {"reverse": Access(clients="stock:write", staff="stock.move")}
    lookup_field = "id"
    lookup_url_kwarg = "movement"
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(
        operation_id="stock_movements_reverse", request=ReverseInput, responses=MovedOutput
    )
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, movement: str) -> Response:
        """Take a movement back by a new one in the other direction: a small move of one's
        own, or anything that stands for itself by somebody who may correct levels."""
        given = self.read_body(ReverseInput)
        self.about(f"movement:{movement}")
        moved = reverse_movement(
            movement=int(movement), reason=given["reason"], by=self.by, at=self.at
        )
        return self.answer(MovedOutput, moved)
