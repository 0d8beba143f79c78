"""What staff type about customers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loyalty.identity import identifiers
from loyalty.identity.models import Identifier
from omniretail.kernel.api.text import BAD_CHARACTERS, is_clean, normalise


class Line(forms.CharField):
    """One line of text: bounded, trimmed, accents composed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not is_clean(text):
            raise ValidationError(BAD_CHARACTERS)
        return normalise(text)


class RegisterForm(forms.Form):
    """A new customer: a name and a phone are enough."""

    first_name = Line(label=_("First name"))
    last_name = Line(label=_("Last name"), required=False)
    phone = Line(label=_("Phone"), max_length=40, required=False)
    email = Line(label=_("E-mail"), max_length=254, required=False)
    card = Line(label=_("Loyalty card"), max_length=40, required=False)
    offers = forms.BooleanField(label=_("Wants to hear of offers"), required=False)


class AddForm(forms.Form):
    """A phone, e-mail or card; which of them, the text itself tells."""

    value = Line(max_length=254)

    @property
    def kind(self) -> str:
        text = self.cleaned_data["value"]
        if "@" in text:
            return Identifier.Kind.EMAIL
        return Identifier.Kind.CARD if identifiers.card(text) else Identifier.Kind.PHONE


class ProofForm(AddForm):
    """The code that the customer read out, and where it was sent."""

    code = Line(max_length=20)


class OffersForm(forms.Form):
    """Whether the customer wants to hear of offers."""

    wanted = forms.BooleanField(required=False)
