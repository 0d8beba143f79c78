"""Handing over on the tablet: the code, the bag, done."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command
from orders.fulfilment import operations
from orders.fulfilment.operations import WrongPickupCode
from orders.fulfilment.pages.frame import bag_here, off_the_list, page_for, staff_request
from orders.fulfilment.pickup_codes import read_pass
from orders.fulfilment.queries import FulfilmentView
from stores.people.pages import staff_page
from stores.people.queries import name_of
from stores.people.roles import HANDOVER_OVERRIDE, WORK_HANDOVER


@staff_page(WORK_HANDOVER)
@require_GET
def handover(request: HttpRequest, number: str) -> HttpResponse:
    """Whose bag it is, where it stands, and the field for the code."""
    bag = bag_here(request, number)
    if bag.kind == "SHIP" or page_for(bag) != request.path:
        return redirect(page_for(bag))
    return render(request, "tablet/handover.html", _facts(request, bag))


def _refused(request: HttpRequest, error: DomainError, number: str) -> HttpResponse:
    words = words_for(error)
    facts = _facts(request, bag_here(request, number)) | {"problem": words}
    return render(request, "tablet/handover.html", facts, status=422)


@staff_page(WORK_HANDOVER)
@command("fulfilment.hand_over", staged=True, refused=_refused)
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """The customer has the code."""
    bag = bag_here(request, number)
    asked = staff_request(request)
    typed = request.POST.get("code", "").strip()[: limits().search_length]
    scanned_pass = read_pass(typed)
    if scanned_pass and scanned_pass[0] != number:
        return redirect(pass_page(*scanned_pass))
    operations.hand_over(
        number=number,
        code=scanned_pass[1] if scanned_pass else typed or "-",
        by=asked.actor,
        at=asked.at,
        is_again=asked.is_taken_over,
    )
    return _done(request, bag)


@staff_page(HANDOVER_OVERRIDE)
@command("fulfilment.override", staged=True, refused=_refused)
def override(request: HttpRequest, number: str) -> HttpResponse:
    """The manager knows who it is."""
    bag = bag_here(request, number)
    asked = staff_request(request)
    reason = request.POST.get("reason", "").strip()[:200]
    operations.hand_over(
        number=number,
        override_reason=reason,
        by=asked.actor,
        at=asked.at,
        is_again=asked.is_taken_over,
    )
    return _done(request, bag)


@staff_page(HANDOVER_OVERRIDE)
@command("fulfilment.new_code", refused=_refused)
def new_code(request: HttpRequest, number: str) -> HttpResponse:
    """The customer's page shows another code."""
    bag_here(request, number)
    asked = staff_request(request)
    operations.issue_new_code(number=number, by=asked.actor, at=asked.at)
    messages.success(request, _("The customer's page shows a new code now."))
    return redirect("tablet-handover", number)


def words_for(error: DomainError) -> str:
    """What the clerk reads about a refused code."""
    if not isinstance(error, WrongPickupCode) or "tries_left" not in error.facts:
        return str(error)
    left = int(str(error.facts["tries_left"]))
    tries = ngettext("%(left)s try left.", "%(left)s tries left.", left) % {"left": left}
    return f"{error} {tries}"


def _done(request: HttpRequest, bag: FulfilmentView) -> HttpResponse:
    words = ngettext(
        "%(units)s item handed over to %(name)s.",
        "%(units)s items handed over to %(name)s.",
        bag.units,
    )
    facts = {"units": bag.units, "name": bag.customer_name or _("the customer")}
    off_the_list(request, bag.number, "HANDOVER")
    messages.success(request, words % facts)
    return redirect("tablet-work")


def pass_page(number: str, code: str) -> str:
    """The hand-over page with a scanned code in its field."""
    place = reverse("tablet-handover", args=[number])
    return f"{place}?{urlencode({'code': code})}"


def _facts(request: HttpRequest, bag: FulfilmentView) -> dict[str, Any]:
    asked = staff_request(request)
    return {
        "bag": bag,
        "now": asked.at,
        "code": request.GET.get("code", "")[:40],
        "is_locked": bag.code_tries >= limits().pickup_code_tries,
        "released_by": name_of(bag.released_by),
    }
