"""REST door: signing in with a one-time code."""

from typing import ClassVar

from django.utils.translation import get_language
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from loyalty.identity import operations
from loyalty.identity.api import shapes
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.schema import verb
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.market import known_language


class LoginCodeViewSet(ApiViewSet):
    """One-time codes and the tokens they turn into."""

    principals = {"create": Access(anyone=True), "redeem": Access(anyone=True)}
    staged: ClassVar[frozenset[str]] = frozenset({"redeem"})
    secret: ClassVar[frozenset[str]] = frozenset({"redeem"})

    @verb(
        "login_codes_request",
        request=shapes.LoginCodeInput,
        responses=shapes.CodeSentOutput,
        status=202,
    )
    def create(self, request: Request) -> Response:
        """Send a sign-in code. The answer does not tell whether anybody is known by it."""
        given = {"language": self._language(), **self.read_body(shapes.LoginCodeInput)}
        ends_at = operations.request_login_code(
            client_address=self._address(), at=self.at, **given
        )
        return self.answer(shapes.CodeSentOutput, {"ends_at": ends_at}, status=202)

    @verb(
        "login_codes_redeem",
        request=shapes.RedeemInput,
        responses=shapes.SignedInOutput,
    )
    @action(detail=False, methods=["post"])
    def redeem(self, request: Request) -> Response:
        """Turn a code into a token. Whoever is new to us becomes a customer."""
        given = {"language": self._language(), **self.read_body(shapes.RedeemInput)}
        signed_in = operations.redeem_login_code(
            channel=(self.principal.channel or "APP").upper()[:20], at=self.at, **given
        )
        self.about(f"customer:{signed_in.customer.number}")
        return self.answer(shapes.SignedInOutput, signed_in)

    def _address(self) -> str:
        """Who asks, for the limit per address; a signed-in program asks for many."""
        if self.principal.kind is PrincipalKind.CLIENT:
            return ""
        return (BaseThrottle().get_ident(self.request) or "")[:64]

    def _language(self) -> str:
        return known_language(get_language() or "")
