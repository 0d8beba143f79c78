"""Tablet: count. Scan, scan, finish; nobody is told what should be there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.counts import operations
from inventory.counts.operations import Entry
from inventory.counts.pages.frame import (
    answer,
    facts_of,
    number_of,
    page_of,
    refused,
    staff_request,
    text_of,
)
from inventory.counts.queries import counts_at
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command, go, remember
from stores.people.pages import staff_page
from stores.people.roles import COUNTS_COUNT


class NotANumber(DomainError):
    """Say how many there are, in figures."""


@staff_page(COUNTS_COUNT)
@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """What is to be counted here, and what waits for approval."""
    asked = staff_request(request)
    return render(
        request, "tablet/counts.html", {"rows": counts_at(asked.staff.store.code)}
    )


@staff_page(COUNTS_COUNT)
@command("counts.open")
def begin(request: HttpRequest) -> HttpResponse:
    """Count a part of the place."""
    asked = staff_request(request)
    number = operations.open_count(
        store_code=asked.staff.store.code,
        zone=text_of(request, "zone")[:80],
        by=asked.actor,
        at=asked.at,
    )
    remember(request, subject=f"count:{number}")
    return go(request, page_of(number))


@staff_page(COUNTS_COUNT)
@require_GET
def count(request: HttpRequest, number: str) -> HttpResponse:
    """The count: while it is counted, what was scanned; then, for who approves, what is
    off."""
    chosen = request.GET.get("sku", "").replace("\x00", "")[: limits().search_length]
    facts = facts_of(request, number, chosen)
    is_blind = facts["count"].is_blind
    return render(
        request, "tablet/count.html" if is_blind else "tablet/count_over.html", facts
    )


@staff_page(COUNTS_COUNT)
@command("counts.count", refused=refused)
def scan(request: HttpRequest, number: str) -> HttpResponse:
    """One unit more."""
    return _enter(request, number, Entry(text_of(request, "code")))


@staff_page(COUNTS_COUNT)
@command("counts.count", refused=refused)
def total(request: HttpRequest, number: str) -> HttpResponse:
    """So many in all."""
    units = text_of(request, "quantity")
    if not units.isascii() or not units.isdigit() or len(units) > 7:
        raise NotANumber(field="quantity")
    entry = Entry(text_of(request, "sku"), int(units), is_total=True)
    return _enter(request, number, entry)


@staff_page(COUNTS_COUNT)
@command("counts.finish")
def finish(request: HttpRequest, number: str) -> HttpResponse:
    """Everything is counted."""
    asked = staff_request(request)
    status = operations.finish_count(number=number_of(number), by=asked.actor, at=asked.at)
    words = {
        "RECOUNT": _("Some articles have to be counted again."),
        "APPROVED": _("All levels were right."),
    }
    messages.success(request, words.get(status, _("Counted. A manager looks at it now.")))
    return go(request, page_of(number))


def _enter(request: HttpRequest, number: str, entry: Entry) -> HttpResponse:
    asked = staff_request(request)
    remember(request, subject=f"count:{number_of(number)}"[:150])
    item = operations.count_item(
        number=number_of(number), entry=entry, by=asked.actor, at=asked.at
    )
    return answer(request, number, item.sku_code)
