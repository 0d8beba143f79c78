"""Large amounts for boards. Pure."""

from decimal import Decimal

from babel.numbers import format_currency


def whole_amount(amount: Decimal, currency: str, language: str) -> str:
    """The amount without its minor unit, as the reader writes it: 103 037 ₽."""
    return str(
        format_currency(
            amount,
            currency,
            format="#,##0\u00a0¤",
            locale=language.replace("-", "_"),
            currency_digits=False,
        )
    )
