"""Levers of the reading rooms: who may read a room does not yet act in it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.auth import get_permission_codename
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from unfold.decorators import action


class Levers(BaseModelAdmin[Any]):
    """Says who may pull the levers of a room."""

    def has_pull_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may change such rows, also where no form changes them."""
        right = get_permission_codename("change", self.opts)
        return bool(request.user.has_perm(f"{self.opts.app_label}.{right}"))


def lever(*, description: str | Promise) -> Callable[[Callable[..., Any]], Any]:
    """A button that calls an operation, for those who may change the rows it is for;
    operations trust whoever comes through this door. A link, which may lead here from
    anywhere, only asks whether it is meant."""

    def decorate(method: Callable[..., Any]) -> Any:
        @wraps(method)
        def pulled(room: Levers, request: HttpRequest, *which: Any, **where: Any) -> Any:
            if request.method == "POST":
                return method(room, request, *which, **where)
            return _ask(room, request, description, where)

        return action(description=description, permissions=["pull"])(pulled)

    return decorate


def _ask(
    room: Levers, request: HttpRequest, title: str | Promise, where: dict[str, Any]
) -> HttpResponse:
    page = f"admin:{room.opts.app_label}_{room.opts.model_name}"
    facts = {
        **room.admin_site.each_context(request),
        "title": title,
        "opts": room.opts,
        "back": reverse(f"{page}_change" if where else f"{page}_changelist", kwargs=where),
    }
    return TemplateResponse(request, "admin/lever.html", facts)
