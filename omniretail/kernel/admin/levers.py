"""Levers of the reading rooms: who may read a room does not yet act in it."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.auth import get_permission_codename
from django.http import HttpRequest
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
    operations trust whoever comes through this door."""
    made: Callable[[Callable[..., Any]], Any] = action(
        description=description, permissions=["pull"]
    )
    return made
