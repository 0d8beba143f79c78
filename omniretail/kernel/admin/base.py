"""The admin's kinds of rooms: to read in, and to keep reference data in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, models, transaction
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from omniretail.kernel import audit, clock
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.admin.actors import ActorsShown, NamedRows, call_by_name
from omniretail.kernel.admin.amounts import AmountsShown
from omniretail.kernel.admin.levers import Levers
from omniretail.kernel.admin.values import ValuesShown
from omniretail.kernel.api.problems import problem_of
from omniretail.kernel.errors import DomainError, refusal_of


def actor(request: HttpRequest) -> Actor:
    """The person at the admin, as operations know them."""
    user = request.user
    return Actor(ActorKind.ADMIN, user.get_username(), str(user))


@contextmanager
def told(request: HttpRequest, done: str = "") -> Iterator[None]:
    """Run an operation from a button: all of it or nothing, and say in words how it
    went."""
    try:
        with transaction.atomic():
            yield
    except (DomainError, DatabaseError) as error:
        messages.error(request, problem_of(error).title)
        return
    if done:
        messages.success(request, done)


class _Room(Levers, ActorsShown, AmountsShown, ValuesShown, ModelAdmin):
    def get_list_display(self, request: HttpRequest) -> Any:
        return self.shown(super().get_list_display(request))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        page: ChangeList = super().get_changelist_instance(request)
        call_by_name(page.result_list)
        return page


class ReadOnlyAdmin(_Room):
    """Rows to find and read. What changes them is a button that calls an operation."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LedgerAdmin(ReadOnlyAdmin):
    """What was written once: newest first."""

    ordering: ClassVar[tuple[str, ...]] = ("-id",)


class ReadingInline(ActorsShown, AmountsShown, ValuesShown, TabularInline):
    """Rows beside their aggregate, to read."""

    formset = NamedRows
    extra = 0
    can_delete = False
    hide_title = True  # the row says it all, unless it leads to its own page

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _InWords:
    """A form that tells a broken rule of its table in the words of its refusal, not by the
    name of the rule."""

    instance: models.Model

    def _update_errors(self, errors: ValidationError) -> None:
        words = {
            rule.get_violation_error_message(): refusal.title
            for _table, rules in self.instance.get_constraints()
            for rule in rules
            if (refusal := refusal_of(rule.name))
        }
        for one in getattr(errors, "error_dict", {}).get(NON_FIELD_ERRORS, ()):
            one.message = words.get(one.message, one.message)
        super()._update_errors(errors)  # type: ignore[misc]


class ReferenceAdmin(_Room):
    """Data that people keep by hand; every change is written to the audit trail."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    warn_unsaved_form = True

    def get_form(self, *asked: Any, **more: Any) -> Any:
        """Refusals read here as at every other door."""
        form = super().get_form(*asked, **more)
        return type(form)(form.__name__, (_InWords, form), {})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Reference data is ended, not deleted: history points at it."""
        return False

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        self._note(request, obj, "add", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        self._note(request, obj, "change", message)
        return super().log_change(request, obj, message)

    def _note(
        self, request: HttpRequest, obj: models.Model, verb: str, message: Any
    ) -> None:
        audit.record(
            actor=actor(request),
            action=f"admin.{verb}",
            subject=f"{obj._meta.label_lower}:{obj}"[:150],
            at=clock.now(),
            detail={"door": "admin", "changes": message},
        )
