"""What every page of a count needs: whose it is, and how a scan sounds."""

import json
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.catalogue.queries import SkuNotFound
from inventory.counts.queries import CountLineView, CountNotFound, CountView, count_view
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from stores.people.pages import StaffRequest
from stores.people.roles import COUNTS_APPROVE

ANSWER = "tablet/count_answer.html"


@dataclass(frozen=True)
class Counting:
    """A count as the page shows it; `last` is the article that was scanned or chosen."""

    count: CountView
    last: str = ""

    @property
    def chosen(self) -> CountLineView | None:
        """The article whose number can be typed in."""
        found = (line for line in self.count.lines if line.sku_code == self.last)
        return next(found, None)

    @property
    def rows(self) -> list[CountLineView]:
        """Articles to count first, in their order; what is counted sinks down."""
        return sorted(self.count.lines, key=lambda line: line.counted is not None)

    @property
    def left(self) -> int:
        """Articles of the list that nobody has counted."""
        return self.count.articles - self.count.counted_articles


def staff_request(request: HttpRequest) -> StaffRequest:
    """The request of somebody signed in (the decorator saw to that)."""
    return cast(StaffRequest, request)


def number_of(reference: str) -> str:
    """The count's number; work names its round behind it."""
    return reference.partition(".")[0]


def seen_count(request: HttpRequest, reference: str) -> CountView:
    """The count, if it is the own place's: blind while it is counted, and for those who
    do not approve."""
    staff = staff_request(request).staff
    try:
        view = count_view(number_of(reference), store_code=staff.store.code)
    except CountNotFound as error:
        raise Http404 from error
    is_trusted = staff.may(COUNTS_APPROVE) and not view.is_blind
    return view if is_trusted else view.blind()


def facts_of(request: HttpRequest, reference: str, last: str = "") -> dict[str, Any]:
    """What the page is made of."""
    view = seen_count(request, reference)
    staff = staff_request(request).staff
    return {
        "count": view,
        "page": Counting(view, last),
        "may_approve": staff.may(COUNTS_APPROVE),
        "is_anothers": view.needs_second_person and staff.code in view.counters,
    }


def page_of(reference: str) -> str:
    """The address of the count."""
    return reverse("tablet-count", args=[number_of(reference)])


def text_of(request: HttpRequest, name: str) -> str:
    """What was scanned or typed."""
    given = request.POST.get(name, "").replace("\x00", "").strip()
    return given[: limits().search_length]


def answer(request: HttpRequest, reference: str, last: str) -> HttpResponse:
    """The count after a scan; the whole page where no script runs."""
    if not request.headers.get("HX-Request"):
        return redirect(page_of(reference))
    response = render(request, ANSWER, facts_of(request, reference, last))
    response["HX-Trigger"] = "scan-good"
    return response


def refused(request: HttpRequest, error: DomainError, number: str) -> HttpResponse:
    """What was wrong with the scan, seen and heard."""
    words = str(error)
    if isinstance(error, SkuNotFound):
        words = _("Nobody knows this code. Type the article's own code.")
    if not request.headers.get("HX-Request"):
        messages.error(request, words)
        return redirect(page_of(number))
    facts = facts_of(request, number) | {"problem": words}
    response = render(request, ANSWER, facts, status=422)
    response["HX-Trigger"] = json.dumps({"scan-bad": words})
    return response
