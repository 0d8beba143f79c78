"""A customer signed in with a one-time code: `Authorization: Bearer cust_…`."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from loyalty.identity.queries import customer_of_token
from loyalty.identity.secrets import TOKEN_PREFIX
from omniretail.kernel import clock
from omniretail.kernel.api.authentication import CHALLENGE, bearer_token
from omniretail.kernel.api.principals import Principal, PrincipalKind

_LONGEST_TOKEN = 100


class CustomerAuthentication(BaseAuthentication):
    """Recognises customers by the hash of their token."""

    def authenticate(self, request: Request) -> tuple[Principal, Principal] | None:
        token = bearer_token(request)
        if token is None or not token.startswith(TOKEN_PREFIX):
            return None
        usable = len(token) <= _LONGEST_TOKEN and token.isascii()
        card = customer_of_token(token, clock.now()) if usable else None
        if card is None:
            raise AuthenticationFailed(
                _("This token is not valid (any more)."), "bad_token"
            )
        principal = Principal(kind=PrincipalKind.CUSTOMER, key=card.number, name=card.name)
        return principal, principal

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE
