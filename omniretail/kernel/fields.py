"""Columns that every floor uses the same way."""

from typing import Any

from django.db import models


class AmountField(models.DecimalField[Any, Any]):
    """An amount of money; its currency stands on the aggregate it belongs to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 14, 2
        super().__init__(*args, **kwargs)


class CurrencyField(models.CharField[Any, Any]):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(*args, **kwargs)
