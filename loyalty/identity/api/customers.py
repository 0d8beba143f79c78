"""REST door: customers, for programs and staff."""

from typing import ClassVar

from django.utils.translation import get_language
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.identity import operations, queries
from loyalty.identity.api import shapes
from omniretail.kernel.api.permissions import Access
from omniretail.kernel.api.principals import PrincipalKind
from omniretail.kernel.api.schema import verb
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.market import known_language

READ = Access(clients="customers:read", staff="customers.look")
WRITE = Access(clients="customers:write", staff="customers.look")


class CustomerViewSet(ApiViewSet):
    """Customers: find, register, recognise, and what they agreed to."""

    lookup_field = "number"
    lookup_value_regex = "[^/]{1,20}"
    principals = {
        "list": READ,
        "retrieve": READ,
        "create": WRITE,
        "partial_update": WRITE,
        "identifiers": WRITE,
        "send_code": WRITE,
        "verify": WRITE,
        "consents": READ,
        "grant_consent": WRITE,
        "withdraw_consent": WRITE,
    }
    staged: ClassVar[frozenset[str]] = frozenset({"verify"})

    @verb("customers_find", query=shapes.CustomerQuery, responses=shapes.FoundOutput)
    def list(self, request: Request) -> Response:
        """Find customers by phone, e-mail, card, number or name."""
        found = queries.find_customer(self.read_query(shapes.CustomerQuery)["q"])
        return self.answer(shapes.FoundOutput, {"items": found})

    @verb(
        "customers_register",
        request=shapes.CustomerInput,
        responses=shapes.CustomerOutput,
        status=201,
    )
    def create(self, request: Request) -> Response:
        """Register a customer; phone and e-mail count once a code has proven them."""
        given = {"language": _language(), **self.read_body(shapes.CustomerInput)}
        card = operations.register_customer(
            channel=self._channel(), by=self.by, at=self.at, **given
        )
        self.about(f"customer:{card.number}")
        return self.answer(
            shapes.CustomerOutput,
            card,
            status=201,
            headers={"Location": f"{request.path}/{card.number}"},
        )

    @verb("customers_read", responses=shapes.CustomerOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """A customer."""
        return self.answer(shapes.CustomerOutput, queries.customer_card(number))

    @verb(
        "customers_change",
        request=shapes.CustomerChange,
        responses=shapes.CustomerOutput,
    )
    def partial_update(self, request: Request, number: str) -> Response:
        """Put a customer's name, language or birth date right."""
        given = self.read_body(shapes.CustomerChange)
        card = operations.change_customer(
            customer_number=number, by=self.by, at=self.at, **given
        )
        return self.answer(shapes.CustomerOutput, card)

    @verb(
        "customers_add_identifier",
        request=shapes.IdentifierInput,
        responses=shapes.CustomerOutput,
    )
    @action(detail=True, methods=["post"])
    def identifiers(self, request: Request, number: str) -> Response:
        """Add a phone, e-mail or card."""
        given = self.read_body(shapes.IdentifierInput)
        card = operations.add_identifier(
            customer_number=number, by=self.by, at=self.at, **given
        )
        return self.answer(shapes.CustomerOutput, card)

    @verb(
        "customers_send_code",
        request=shapes.AddressInput,
        responses=shapes.CodeSentOutput,
    )
    @action(detail=True, methods=["post"], url_path="send-code")
    def send_code(self, request: Request, number: str) -> Response:
        """Send the customer a code that confirms a phone or e-mail."""
        given = self.read_body(shapes.AddressInput)
        ends_at = operations.request_verification(
            customer_number=number, by=self.by, at=self.at, **given
        )
        return self.answer(shapes.CodeSentOutput, {"ends_at": ends_at})

    @verb("customers_verify", request=shapes.ProofInput, responses=shapes.CustomerOutput)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, number: str) -> Response:
        """The code the customer read out: the phone or e-mail is theirs."""
        given = self.read_body(shapes.ProofInput)
        card = operations.verify_identifier(
            customer_number=number, by=self.by, at=self.at, **given
        )
        return self.answer(shapes.CustomerOutput, card)

    @verb("customers_consents", responses=shapes.ConsentsOutput)
    @action(detail=True, methods=["get"])
    def consents(self, request: Request, number: str) -> Response:
        """What the customer allows at present."""
        queries.customer_card(number)
        return self.answer(shapes.ConsentsOutput, {"items": queries.live_consents(number)})

    @verb(
        "customers_grant_consent",
        request=shapes.ConsentInput,
        responses=shapes.ConsentsOutput,
    )
    @consents.mapping.post
    def grant_consent(self, request: Request, number: str) -> Response:
        """The customer allows messages of a purpose by a channel."""
        items = operations.record_consent(
            customer_number=number,
            source=self.principal.reference,
            by=self.by,
            at=self.at,
            **self.read_body(shapes.ConsentInput),
        )
        return self.answer(shapes.ConsentsOutput, {"items": items})

    @verb(
        "customers_withdraw_consent",
        request=shapes.ConsentInput,
        responses=shapes.ConsentsOutput,
    )
    @action(detail=True, methods=["post"], url_path="consents/withdraw")
    def withdraw_consent(self, request: Request, number: str) -> Response:
        """The customer takes a consent back."""
        items = operations.withdraw_consent(
            customer_number=number,
            by=self.by,
            at=self.at,
            **self.read_body(shapes.ConsentInput),
        )
        return self.answer(shapes.ConsentsOutput, {"items": items})

    def _channel(self) -> str:
        if self.principal.kind is PrincipalKind.STAFF:
            return "TABLET"
        return (self.principal.channel or "SITE").upper()[:20]


def _language() -> str:
    return known_language(get_language() or "")
