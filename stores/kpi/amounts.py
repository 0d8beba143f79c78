"""Large amounts for boards. Pure."""

from decimal import Decimal

from babel.numbers import format_currency

_AFTER = "#,##0\u00a0¤"
_WHOLE = {"en": "¤\u00a0#,##0"}


def whole_amount(amount: Decimal, currency: str, language: str) -> str:
    """The amount without its minor unit, as the reader writes it: 1 037 ₽, RUB 1,037."""
    return str(
        format_currency(
            amount,
            currency,
            format=_WHOLE.get(language[:2], _AFTER),
            locale=language.replace("-", "_"),
            currency_digits=False,
        )
    )
