"""Shapes of questions and answers about customers."""

from django.conf import settings
from rest_framework import serializers

from loyalty.identity.models import Consent, Identifier
from omniretail.kernel.api.serializers import Output, StrictSerializer, Text
from omniretail.kernel.limits import limits

SENDABLE = (Identifier.Kind.PHONE, Identifier.Kind.EMAIL)


class CustomerInput(StrictSerializer):
    """A new customer. A card is issued when none is given."""

    first_name = Text(max_length=100)
    last_name = Text(max_length=100, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    phone = Text(max_length=40, required=False, allow_blank=True)
    email = Text(max_length=254, required=False, allow_blank=True)
    card = Text(max_length=40, required=False, allow_blank=True)
    birth_date = serializers.DateField(required=False)


class CustomerChange(StrictSerializer):
    """What is to be put right; what is left out stays."""

    first_name = Text(max_length=100, required=False)
    last_name = Text(max_length=100, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    birth_date = serializers.DateField(required=False)


class CustomerQuery(StrictSerializer):
    """A phone, e-mail, card, number or name."""

    q = Text(max_length=limits().search_length)


class IdentifierInput(StrictSerializer):
    """A phone, e-mail or card."""

    kind = serializers.ChoiceField(choices=Identifier.Kind.choices)
    value = Text(max_length=254)


class AddressInput(StrictSerializer):
    """Where a code is sent."""

    kind = serializers.ChoiceField(choices=[(kind, kind) for kind in SENDABLE])
    value = Text(max_length=254)


class LoginCodeInput(AddressInput):
    """Where a sign-in code is sent, and in which language."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)


class ProofInput(AddressInput):
    """The code that arrived."""

    code = Text(max_length=20)


class RedeemInput(ProofInput):
    """The code that arrived; the language is that of a customer new to us."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)


class ConsentInput(StrictSerializer):
    """Messages of a purpose by a channel."""

    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    channel = serializers.ChoiceField(choices=Consent.Channel.choices)


class IdentifierOutput(Output):
    """By what a customer is recognised."""

    kind = serializers.ChoiceField(choices=Identifier.Kind.choices)
    value = serializers.CharField()
    is_primary = serializers.BooleanField()
    is_verified = serializers.BooleanField()


class CustomerOutput(Output):
    """A customer."""

    number = serializers.CharField()
    first_name = serializers.CharField(allow_blank=True)
    last_name = serializers.CharField(allow_blank=True)
    short_name = serializers.CharField(allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    phone = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    card = serializers.CharField(allow_blank=True)
    points_balance = serializers.IntegerField()
    registered_at = serializers.DateTimeField()
    identifiers = IdentifierOutput(many=True)


class FoundOutput(Output):
    """Customers found, the likeliest first; at most twenty."""

    items = CustomerOutput(many=True)


class CodeSentOutput(Output):
    """Until when the code works, if there is anybody to receive it."""

    ends_at = serializers.DateTimeField()


class SignedInOutput(Output):
    """A token, shown this once, and whose it is."""

    token = serializers.CharField()
    ends_at = serializers.DateTimeField()
    is_new = serializers.BooleanField()
    customer = CustomerOutput()


class ConsentOutput(Output):
    """A consent in force."""

    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    channel = serializers.ChoiceField(choices=Consent.Channel.choices)
    source = serializers.CharField()  # type: ignore[assignment]
    granted_at = serializers.DateTimeField()


class ConsentsOutput(Output):
    """Everything the customer allows at present."""

    items = ConsentOutput(many=True)
