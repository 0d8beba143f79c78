"""REST door: customers about themselves."""

from typing import ClassVar

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.identity import operations, queries
from loyalty.identity.api import shapes
from omniretail.kernel.api.authentication import bearer_token
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.schema import verb
from omniretail.kernel.api.views import ApiViewSet

MINE = Access(customers=True)


class MeViewSet(ApiViewSet):
    """The customer who is signed in."""

    principals = {
        "read": MINE,
        "change": MINE,
        "identifiers": MINE,
        "send_code": MINE,
        "verify": MINE,
        "consents": MINE,
        "grant_consent": MINE,
        "withdraw_consent": MINE,
        "sign_out": MINE,
    }
    staged: ClassVar[frozenset[str]] = frozenset({"verify"})

    @property
    def number(self) -> str:
        """Whose page this is."""
        return self.principal.key

    @verb("me_read", responses=shapes.CustomerOutput)
    def read(self, request: Request) -> Response:
        """Who I am here."""
        return self.answer(shapes.CustomerOutput, queries.customer_card(self.number))

    @verb("me_change", request=shapes.CustomerChange, responses=shapes.CustomerOutput)
    def change(self, request: Request) -> Response:
        """Put my name, language or birth date right."""
        card = operations.change_customer(
            customer_number=self.number,
            by=self.by,
            at=self.at,
            **self.read_body(shapes.CustomerChange),
        )
        return self.answer(shapes.CustomerOutput, card)

    @verb(
        "me_add_identifier",
        request=shapes.AddressInput,
        responses=shapes.CustomerOutput,
    )
    @action(detail=False, methods=["post"])
    def identifiers(self, request: Request) -> Response:
        """Add a phone or e-mail; it counts once I confirm it."""
        card = operations.add_identifier(
            customer_number=self.number,
            by=self.by,
            at=self.at,
            **self.read_body(shapes.AddressInput),
        )
        return self.answer(shapes.CustomerOutput, card)

    @verb("me_send_code", request=shapes.AddressInput, responses=shapes.CodeSentOutput)
    @action(detail=False, methods=["post"], url_path="send-code")
    def send_code(self, request: Request) -> Response:
        """Send me a code that confirms my phone or e-mail."""
        ends_at = operations.request_verification(
            customer_number=self.number,
            by=self.by,
            at=self.at,
            **self.read_body(shapes.AddressInput),
        )
        return self.answer(shapes.CodeSentOutput, {"ends_at": ends_at})

    @verb("me_verify", request=shapes.ProofInput, responses=shapes.CustomerOutput)
    @action(detail=False, methods=["post"])
    def verify(self, request: Request) -> Response:
        """The code I got: the phone or e-mail is mine."""
        card = operations.verify_identifier(
            customer_number=self.number,
            by=self.by,
            at=self.at,
            **self.read_body(shapes.ProofInput),
        )
        return self.answer(shapes.CustomerOutput, card)

    @verb("me_consents", responses=shapes.ConsentsOutput)
    @action(detail=False, methods=["get"])
    def consents(self, request: Request) -> Response:
        """What I allow at present."""
        return self.answer(
            shapes.ConsentsOutput, {"items": queries.live_consents(self.number)}
        )

    @verb(
        "me_grant_consent",
        request=shapes.ConsentInput,
        responses=shapes.ConsentsOutput,
    )
    @consents.mapping.post
    def grant_consent(self, request: Request) -> Response:
        """I allow messages of a purpose by a channel."""
        items = operations.record_consent(
            customer_number=self.number,
            source=self.principal.reference,
            by=self.by,
            at=self.at,
            **self.read_body(shapes.ConsentInput),
        )
        return self.answer(shapes.ConsentsOutput, {"items": items})

    @verb(
        "me_withdraw_consent",
        request=shapes.ConsentInput,
        responses=shapes.ConsentsOutput,
    )
    @action(detail=False, methods=["post"], url_path="consents/withdraw")
    def withdraw_consent(self, request: Request) -> Response:
        """I take a consent back."""
        items = operations.withdraw_consent(
            customer_number=self.number,
            by=self.by,
            at=self.at,
            **self.read_body(shapes.ConsentInput),
        )
        return self.answer(shapes.ConsentsOutput, {"items": items})

    @verb("me_sign_out", status=204)
    @action(detail=False, methods=["post"], url_path="sign-out")
    def sign_out(self, request: Request) -> Response:
        """This token opens nothing any more."""
        token = bearer_token(request) or ""
        operations.sign_out(token=token, by=self.by, at=self.at)
        return Response(status=204)
