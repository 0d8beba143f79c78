"""REST door: signing in and out on a paired device."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.api.views import ApiViewSet
from stores.people import operations
from stores.people.authentication import HEADER
from stores.people.roles import STOCK_LOOK


class SignInInput(StrictSerializer):
    """Who, and the PIN typed on the device."""

    employee = Text(max_length=32)
    pin = Text(max_length=8)


class StaffSessionOutput(Output):
    """The session; `secret` goes into the X-Staff-Session header and is told once."""

    secret = serializers.CharField()
    employee = serializers.CharField(source="staff.code")
    name = serializers.CharField(source="staff.name")
    language = serializers.CharField(source="staff.language")
    roles = serializers.SerializerMethodField()
    store = serializers.CharField(source="staff.store.code")

    def get_roles(self, signed_in: operations.SignedIn) -> list[str]:
        return sorted(signed_in.staff.roles)


class StaffSessionViewSet(ApiViewSet):
    """Staff sessions."""

    # A colleague takes over by signing in while the other is still signed in.
    principals = {
        "create": Access(devices=True, staff=STOCK_LOOK),
        "end": Access(staff=STOCK_LOOK),
    }
    staged = frozenset({"create"})
    secret = frozenset({"create"})

    @extend_schema(
        operation_id="staff_sessions_create",
        request=SignInInput,
        responses={201: StaffSessionOutput},
    )
    def create(self, request: Request) -> Response:
        """Sign in with a PIN; whoever was signed in on the device is signed out."""
        given = self.read_body(SignInInput)
        self.about(f"employee:{given['employee']}")
        begun = operations.sign_in(
            employee_code=given["employee"],
            pin=given["pin"],
            device_code=self.principal.device or "",
            at=self.at,
        )
        return self.answer(StaffSessionOutput, begun, status=201)

    @extend_schema(operation_id="staff_sessions_end", request=None, responses={204: None})
    @action(detail=False, methods=["delete"], url_path="mine")
    def end(self, request: Request) -> Response:
        """Sign out."""
        self.about(f"employee:{self.principal.key}")
        operations.sign_out(
            secret=self.request.headers.get(HEADER, ""),
            device_code=self.principal.device or "",
            at=self.at,
        )
        return Response(status=204)
