"""Who did it, by name, in every list and form of the admin."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import CharField, Field, Model
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.forms import PaginationInlineFormSet

from omniretail.kernel.actors import ActorKind
from omniretail.kernel.admin.shown import FieldsShown

_NAMES = "_names_of_actors"
_KINDS = {
    ActorKind.STAFF: _("staff of a place"),
    ActorKind.CUSTOMER: _("customer"),
    ActorKind.GUEST: _("guest"),
    ActorKind.CLIENT: _("program"),
    ActorKind.DEVICE: _("device"),
    ActorKind.ADMIN: _("head office"),
    ActorKind.SYSTEM: _("OmniRetail itself"),
}


class ActorsShown(FieldsShown):
    """Shows the name of whoever did something in the place of the key that is kept."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        for field in _actors(self.model):
            self.tell(field, partial(_name, field.name))
        for field in self.model._meta.fields:
            if field.name == "actor_kind":
                self.tell(field, _kind)


class NamedRows(PaginationInlineFormSet):
    """Rows beside their aggregate, which ask for all their names at once."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        call_by_name(rows)
        return rows


def _actors(model: type[Model]) -> list[Field[Any, Any]]:
    return [
        field
        for field in model._meta.fields
        if isinstance(field, CharField)
        and (field.name in ("actor_key", "by") or field.name.endswith("_by"))
    ]


def call_by_name(rows: Iterable[Model]) -> None:
    """Ask for the names of all who stand in these rows at once."""
    found = [row for row in rows if not hasattr(row, _NAMES)]
    fields = [field.name for field in _actors(type(found[0]))] if found else []
    if not fields:
        return
    names = _names_of(getattr(row, name) for row in found for name in fields)
    for row in found:
        setattr(row, _NAMES, names)


def _kind(row: Model) -> str:
    kind = getattr(row, "actor_kind")  # noqa: B009 - of whichever model has it
    return str(_KINDS[kind]) if kind else ""


def _name(field: str, row: Model) -> SafeString | str:
    key = getattr(row, field)
    if not key:
        return ""
    names = getattr(row, _NAMES, None) or _names_of([key])
    return format_html('<span title="{}">{}</span>', key, names[key])


def _names_of(keys: Iterable[str]) -> dict[str, str]:
    names: Callable[[Iterable[str]], dict[str, str]] = import_string(settings.ACTOR_NAMES)
    return names(keys)
