"""Everything that comes in is bounded."""

from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework import serializers

from omniretail.kernel.api.serializers import StrictSerializer
from tests.doors.routes import operations

assert operations()  # loads every api module

# Rows of a feed have the columns of their kind; the import judges each cell.
READ_ROW_BY_ROW = {"rows[]"}


def inputs() -> list[type[StrictSerializer]]:
    """Every input shape that any loaded module defines."""
    return sorted(set(_below(StrictSerializer)), key=lambda shape: shape.__qualname__)


def _below(shape: type[StrictSerializer]) -> Iterator[type[StrictSerializer]]:
    for below in shape.__subclasses__():
        if not below.__module__.startswith("tests."):
            yield below
        yield from _below(below)


def _unbounded(field: Any, path: str) -> Iterator[str]:
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        if getattr(field, "max_length", None) is None:
            yield path
        if isinstance(field, serializers.ListField):
            yield from _unbounded(field.child, f"{path}[]")
    elif _is_loose(field):
        yield path


def _is_loose(field: Any) -> bool:
    if isinstance(field, serializers.CharField):
        return field.max_length is None
    if isinstance(field, serializers.IntegerField | serializers.FloatField):
        return field.max_value is None or field.min_value is None
    return isinstance(field, serializers.DictField | serializers.JSONField)


@pytest.mark.parametrize("shape", inputs(), ids=lambda shape: shape.__qualname__)
def test_every_field_is_bounded(shape: type[StrictSerializer]) -> None:
    loose = [
        place
        for name, field in shape().fields.items()
        if not field.read_only
        for place in _unbounded(field, name)
    ]
    assert set(loose) - READ_ROW_BY_ROW == set()
