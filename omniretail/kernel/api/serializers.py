"""Shapes of questions and answers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, ClassVar, cast

from django.core.exceptions import ObjectDoesNotExist
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import SkipField
from rest_framework.utils.formatting import lazy_format
from rest_framework.utils.serializer_helpers import BindingDict
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from omniretail.kernel.api.text import BAD_CHARACTERS, is_clean, normalise
from omniretail.kernel.limits import limits

UNKNOWN = _("This field is not known.")
# Refused for the whole body, with less looking at each character.
_LEFT_TO_US = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)


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


class Moment(serializers.DateTimeField):
    """A moment with its time zone ("2026-11-23T10:00:00+03:00"): without one it is a
    different moment in every shop."""

    default_error_messages = {
        "no_zone": _("Say the time zone, too: a moment ends in Z or in +03:00.")
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("no_zone")
        return super().enforce_timezone(value)


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


_Field = serializers.Field[Any, Any, Any, Any]
_Printed = tuple[str, str, _Field]
"""Its name, the plain attribute it is (or nothing), and the field."""


class LeanSerializer(serializers.Serializer[Any]):
    """A serializer whose class keeps its fields: the framework makes all of them anew for
    every use, which costs more than reading a body with them.

    A class that looks at its `context`, or holds one that does, has fields of its own for
    each use (`has_context`).
    """

    has_context: ClassVar[bool] = False
    is_query = False

    @cached_property
    def fields(self) -> BindingDict:
        if self.has_context:
            return super().fields
        return kept_fields(type(self), self.is_query)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """As the framework prints it; what is a plain attribute is looked up here."""
        shown = {}
        for name, attribute, field in self._printed:
            try:
                value = getattr(instance, attribute, None) if attribute else None
                if value is None or callable(value):
                    value = field.get_attribute(instance)
            except SkipField:
                continue
            except ObjectDoesNotExist:
                value = None
            shown[name] = None if value is None else field.to_representation(value)
        return shown

    @cached_property
    def _printed(self) -> Sequence[_Printed]:
        if self.has_context:
            return _printed_of(self.fields)
        return _kept_printed(type(self), self.is_query)

    def run_validators(self, value: Any) -> None:
        if self.validators:
            super().run_validators(value)


def kept_use(kind: type[serializers.BaseSerializer[Any]]) -> LeanSerializer | None:
    """The use of a class that never ends: it reads and prints one thing after another.
    None where each use has fields of its own."""
    if not issubclass(kind, LeanSerializer) or kind.has_context:
        return None
    return cast("LeanSerializer", kept_fields(kind, False).serializer)


@cache
def kept_fields(kind: type[LeanSerializer], is_query: bool) -> BindingDict:
    """The fields of a class, belonging to one use of it that never ends."""
    owner = kind()
    owner.is_query = is_query
    kept = BindingDict(owner)
    for name, field in owner.get_fields().items():
        _say_anew(field)
        kept[name] = field
    return kept


class _Words:
    """A message in the language of whoever reads it: the framework's own keeps that of the
    first one who did."""

    def __init__(self, said: lazy_format) -> None:
        self.words, self.facts = said.format_string, said.args or ()
        self.named = said.kwargs or {}

    def __str__(self) -> str:
        return str(self.words).format(*self.facts, **self.named)

    def __mod__(self, facts: Any) -> str:
        words: str = str(self) % facts
        return words


def _say_anew(field: _Field) -> None:
    for rule in cast("list[Any]", field.validators):
        said = getattr(rule, "message", None)
        if type(said) is lazy_format:
            rule.message = _Words(said)
    child = getattr(field, "child", None)
    if child is not None:
        _say_anew(child)


@cache
def _kept_printed(kind: type[LeanSerializer], is_query: bool) -> Sequence[_Printed]:
    return _printed_of(kept_fields(kind, is_query))


def _printed_of(fields: BindingDict) -> Sequence[_Printed]:
    return [
        (name, _plain_attribute(field), field)
        for name, field in fields.items()
        if not field.write_only
    ]


def _plain_attribute(field: _Field) -> str:
    """The one attribute it is, if nothing else is said of how to look it up."""
    is_usual = type(field).get_attribute is serializers.Field.get_attribute
    attributes = field.source_attrs
    return attributes[0] if is_usual and len(attributes) == 1 else ""


class StrictSerializer(LeanSerializer):
    """Input that refuses what it does not know.

    `CharField`s declared on it behave as usual; text is refused when it holds control
    characters or halves of characters, and has its accents composed.
    """

    default_error_messages = {"invalid": _("This is no JSON object.")}

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.validators = [
                rule for rule in field.validators if not isinstance(rule, _LEFT_TO_US)
            ]
        return fields

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
        for name, value in data.items():
            if name not in self.fields or self.fields[name].read_only:
                yield str(name), [ErrorDetail(str(UNKNOWN), code="unknown_field")]
            elif isinstance(value, str) and not is_clean(value):
                yield str(name), [ErrorDetail(str(BAD_CHARACTERS), code="bad_characters")]


class Output(LeanSerializer):
    """An answer built from a value (a frozen dataclass, a model, a mapping)."""
