"""Guests come in by the signed link to their order."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from omniretail.kernel.api.headers import header
from omniretail.kernel.api.principals import Principal, PrincipalKind
from orders.ordering.links import read_link

LINK_HEADER = "X-Order-Link"


class GuestAuthentication(BaseAuthentication):
    """The link's signed part in the header X-Order-Link."""

    def authenticate(self, request: Request) -> tuple[Principal, Principal] | None:
        signed = header(request, LINK_HEADER)
        if signed is None:
            return None
        number = read_link(signed[:200])
        if number is None:
            raise AuthenticationFailed(
                _("This link is not valid (any more)."), code="bad_link"
            )
        guest = Principal(PrincipalKind.GUEST, number)
        return guest, guest

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
