"""Tablet: believe a count, have it counted again, or call it off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.counts import operations
from inventory.counts.pages.frame import number_of, page_of, staff_request, text_of
from omniretail.kernel.pages import command, go
from stores.people.pages import staff_page
from stores.people.roles import COUNTS_APPROVE, COUNTS_COUNT


@staff_page(COUNTS_APPROVE)
@command("counts.approve")
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """The levels are put right."""
    asked = staff_request(request)
    operations.approve_count(number=number_of(number), by=asked.actor, at=asked.at)
    messages.success(request, _("The levels are put right."))
    return go(request, page_of(number))


@staff_page(COUNTS_APPROVE)
@command("counts.recount")
def have_recounted(request: HttpRequest, number: str) -> HttpResponse:
    """One more round of what is off."""
    asked = staff_request(request)
    operations.recount(number=number_of(number), by=asked.actor, at=asked.at)
    messages.success(request, _("It is counted once more."))
    return go(request, page_of(number))


@staff_page(COUNTS_COUNT)
@command("counts.cancel")
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Nothing of it is counted any more."""
    asked = staff_request(request)
    reason = text_of(request, "reason") or _("Not needed any more")
    operations.cancel_count(
        number=number_of(number), reason=reason, by=asked.actor, at=asked.at
    )
    messages.success(request, _("The count is called off."))
    return go(request, reverse("tablet-counts"))
