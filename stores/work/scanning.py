"""Scan anywhere: asks every resolver of the front door's table where a code leads."""

from collections.abc import Callable
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from stores.people.staff import StaffMember
from stores.work.models import WorkItem

Resolver = Callable[[str, StaffMember], str | None]


def place_of(code: str, staff: StaffMember) -> str | None:
    """The page a code leads to for this employee; None if nobody knows the code."""
    if not code or "\x00" in code:
        return None
    for resolve in _resolvers():
        place = resolve(code, staff)
        if place is not None:
            return place
    return None


def resolve_work(code: str, staff: StaffMember) -> str | None:
    """A fulfilment number on a pick list or a bag: its open work in this store."""
    items = WorkItem.objects.open().filter(store__code=staff.store.code)
    item = items.filter(reference=code.upper()).order_by("due_at").first()
    return page_of(item.url_name, item.reference) if item else None


@cache
def _resolvers() -> list[Resolver]:
    table: list[str] = import_string("omniretail.scanning.RESOLVERS")
    return [import_string(dotted) for dotted in table]


def page_of(url_name: str, reference: str) -> str | None:
    """The page that does a piece of work, if this installation has it."""
    try:
        return reverse(url_name, args=[reference])
    except NoReverseMatch:
        return None
