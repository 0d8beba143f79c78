"""Fields that people read in other words than they are kept in."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Field, Model
from django.http import HttpRequest

_SHOWN = "shown_"


class FieldsShown(BaseModelAdmin[Any]):
    """Shows some fields that cannot be edited in other words than they are kept in."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)  # an inline is given its parent's model
        self._told: set[str] = set()

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
        """The names of columns, with those that tell a field for the field itself."""
        return [
            self.shown(name)
            if isinstance(name, (list, tuple))
            else _SHOWN + name
            if name in self._told
            else name
            for name in names
        ]

    def tell(self, field: Field[Any, Any], words: Callable[[Model], Any]) -> None:
        """Show the field in these words."""

        def column(row: Model) -> Any:
            return words(row)

        setattr(column, "short_description", field.verbose_name)  # noqa: B010
        setattr(column, "admin_order_field", field.name)  # noqa: B010
        setattr(self, _SHOWN + field.name, column)
        self._told.add(field.name)

    def tell_as(self, name: str, words: Callable[[Any], str]) -> None:
        """Show the value of the field of this name in these words."""
        (field,) = (one for one in self.model._meta.fields if one.name == name)
        self.tell(field, lambda row: words(getattr(row, name)))
