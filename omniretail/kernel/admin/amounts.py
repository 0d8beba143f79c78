"""Amounts of money as people read them, in every list and form of the admin."""

from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any, ClassVar

from babel.numbers import format_decimal
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from omniretail.kernel.admin.shown import FieldsShown
from omniretail.kernel.fields import AmountField
from omniretail.kernel.market import reader_language
from omniretail.kernel.money import Money


class AmountsShown(FieldsShown):
    """Shows each amount that cannot be edited in groups of digits with its currency."""

    currency_at: ClassVar[str] = "currency"  # the way from a row to it; "" if it has none

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        for field in self.model._meta.fields:
            if isinstance(field, AmountField):
                self.tell(field, partial(self._amount, field.name))

    def _amount(self, name: str, row: Model) -> SafeString | None:
        amount = getattr(row, name)
        if amount is None:
            return None
        currency = attrgetter(self.currency_at)(row) if self.currency_at else ""
        return format_html('<span class="money">{}</span>', words_of(amount, currency))


def words_of(amount: Decimal, currency: str) -> str:
    """1 299,00 ₽; without its sign where the row does not say of what it is."""
    language = reader_language()
    if currency:
        return Money(amount, currency).format(language)
    return format_decimal(amount, "#,##0.00", locale=language.replace("-", "_"))
