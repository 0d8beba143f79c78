"""Filters for the texts of messages."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from django import template

from omniretail.kernel.money import Money

register = template.Library()

_LANGUAGE_BY_FORMS = {2: "en", 3: "ru"}
_PLACES = {"one": 0, "few": 1, "many": 2, "other": -1}


@register.filter
def plural(number: int, forms: str) -> str:
    """The form of a word that goes with a number: `{{ n|plural:"товар,товара,товаров" }}`.

    Two forms are English (one, other), three are Russian (one, few, many).
    """
    words = forms.split(",")
    form = Locale(_LANGUAGE_BY_FORMS[len(words)]).plural_form(number)
    return words[_PLACES[form]]


@register.filter
def moment(at: datetime, place: "tuple[str, str]") -> str:
    """A moment on a place's clock: `{{ at|moment:clock }}` where clock holds the time
    zone and the language."""
    time_zone, language = place
    return format_datetime(
        at.astimezone(ZoneInfo(time_zone)), "d MMMM, HH:mm", locale=language
    )


@register.filter
def price(amount: Decimal, currency: "tuple[str, str]") -> str:
    """An amount as a shopper reads it: `{{ amount|price:currency }}` where currency
    holds the code and the language. Whole amounts go without the minor unit."""
    code, language = currency
    text = Money(amount, code).format(language)
    zeros = {"ru": ",00", "en": ".00"}.get(language)
    return text.replace(zeros, "") if zeros else text
