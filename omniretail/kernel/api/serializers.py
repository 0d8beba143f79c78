"""Shapes of questions and answers."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from omniretail.kernel.api.text import BAD_CHARACTERS, is_clean, normalise
from omniretail.kernel.limits import limits

UNKNOWN = _("This field is not known.")


class Text(serializers.CharField):
    """One line or paragraph a person wrote: bounded, trimmed, accents composed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", limits().text_length)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("Not a text."), code="invalid")
        if not is_clean(data):
            raise serializers.ValidationError(BAD_CHARACTERS, code="bad_characters")
        return str(super().to_internal_value(normalise(data)))


class Whole(serializers.IntegerField):
    """A whole number given as a JSON number."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", 2_147_483_647)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        is_body = not getattr(self.root, "is_query", False)
        if isinstance(data, bool | float) or (is_body and not isinstance(data, int)):
            self.fail("invalid")
        return super().to_internal_value(data)


class MoneyField(serializers.DecimalField):
    """An amount as a string with two decimals ("1290.00"); never a float."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("coerce_to_string", True)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str):
            raise serializers.ValidationError(
                _('Give the amount as a string such as "1290.00".'), code="not_a_string"
            )
        return super().to_internal_value(data)


class LeanSerializer(serializers.Serializer[Any]):
    """A serializer whose fields are copied for each use as they stand: the framework makes
    every one of them anew from its arguments, which costs more than reading a body."""

    def get_fields(self) -> dict[str, Any]:
        return {name: _unbound(field) for name, field in self._declared_fields.items()}


def _unbound(field: Any) -> Any:
    """A copy of a declared field, and of what it holds for each member."""
    kind: Any = type(field)
    copied = kind.__new__(kind)
    vars(copied).update(vars(field))
    if getattr(field, "child", None) is not None:
        copied.child = _unbound(field.child)
        copied.child.parent = copied  # it was bound to the one that is declared
    return copied


class StrictSerializer(LeanSerializer):
    """Input that refuses what it does not know.

    `CharField`s declared on it behave as usual; text is refused when it holds control
    characters or halves of characters, and has its accents composed.
    """

    is_query = False

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        complaints: dict[str, Any] = dict(self._complaints(data))
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                complaints = {**error.detail, **complaints}
            raise serializers.ValidationError(complaints or error.detail) from error
        if complaints:
            raise serializers.ValidationError(complaints)
        return values

    def _complaints(
        self, data: Mapping[str, Any]
    ) -> Iterator[tuple[str, list[ErrorDetail]]]:
        known = {name for name, field in self.fields.items() if not field.read_only}
        for name, value in data.items():
            if name not in known:
                yield str(name), [ErrorDetail(str(UNKNOWN), code="unknown_field")]
            elif isinstance(value, str) and not is_clean(value):
                yield str(name), [ErrorDetail(str(BAD_CHARACTERS), code="bad_characters")]


class Output(LeanSerializer):
    """An answer built from a value (a frozen dataclass, a model, a mapping)."""
