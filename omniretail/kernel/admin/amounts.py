"""Amounts of money as people read them, in every list and form of the admin."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, ClassVar

from babel.numbers import format_decimal
from django.conf import settings
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from omniretail.kernel.fields import AmountField
from omniretail.kernel.money import Money

_SHOWN = "shown_"


class AmountsShown(BaseModelAdmin[Any]):
    """Shows each amount that cannot be edited in groups of digits with its currency."""

    currency_at: ClassVar[str] = "currency"  # the way from a row to it; "" if it has none

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)  # an inline is given its parent's model
        fields = self.model._meta.fields
        self._amounts = [field for field in fields if isinstance(field, AmountField)]
        for field in self._amounts:
            setattr(self, _SHOWN + field.name, self._column(field))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown(super().get_readonly_fields(request, obj))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, {**facts, "fields": self.shown(facts["fields"])})
            for name, facts in fieldsets
        ]

    def shown(self, names: Sequence[Any]) -> list[Any]:
        """The names of columns, with those that show an amount for the amount itself."""
        amounts = {field.name for field in self._amounts}
        return [
            self.shown(name)
            if isinstance(name, (list, tuple))
            else _SHOWN + name
            if name in amounts
            else name
            for name in names
        ]

    def _column(self, field: AmountField) -> Callable[[Model], SafeString | None]:
        def column(row: Model) -> SafeString | None:
            amount = getattr(row, field.name)
            if amount is None:
                return None
            currency = attrgetter(self.currency_at)(row) if self.currency_at else ""
            return format_html('<span class="money">{}</span>', words_of(amount, currency))

        setattr(column, "short_description", field.verbose_name)  # noqa: B010
        setattr(column, "admin_order_field", field.name)  # noqa: B010
        return column


def words_of(amount: Decimal, currency: str) -> str:
    """1 299,00 ₽; without its sign where the row does not say of what it is."""
    language = get_language() or settings.LANGUAGE_CODE
    if currency:
        return Money(amount, currency).format(language)
    return format_decimal(amount, "#,##0.00", locale=language.replace("-", "_"))
