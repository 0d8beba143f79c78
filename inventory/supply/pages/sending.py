"""Tablet: goods leave for another place. Scan the goods, choose where, one button."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from inventory.supply import operations
from inventory.supply.operations import OUTGOING, Condition, Wanted
from inventory.supply.pages.frame import (
    answer,
    article_of,
    code_of,
    counting,
    lot_of,
    staff_request,
    words_for,
    wrong_scan,
)
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command, remember
from stores.network.queries import open_stores
from stores.people.pages import staff_page
from stores.people.roles import SUPPLY_MOVE

_ANSWER = "tablet/send_answer.html"


@staff_page(SUPPLY_MOVE)
@require_GET
def send(request: HttpRequest) -> HttpResponse:
    """What is to leave, and where to."""
    return render(request, "tablet/send.html", _facts(request))


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return wrong_scan(request, _ANSWER, _facts(request), _page(), words_for(error))


@staff_page(SUPPLY_MOVE)
@command("supply.tally", refused=_refused)
def scan(request: HttpRequest) -> HttpResponse:
    """One unit more to send."""
    asked = staff_request(request)
    scanned = operations.tally_unit(
        store_code=asked.staff.store.code,
        document=OUTGOING,
        code=code_of(request),
        article=article_of(request),
        condition=Condition.GOOD,
        by=asked.actor,
        at=asked.at,
    )
    return answer(request, _ANSWER, _facts(request, scanned.sku_code), _page())


@staff_page(SUPPLY_MOVE)
@command("supply.untally", refused=_refused)
def less(request: HttpRequest) -> HttpResponse:
    """One unit less."""
    asked = staff_request(request)
    operations.untally_unit(
        store_code=asked.staff.store.code,
        document=OUTGOING,
        sku_code=request.POST.get("sku", "")[:60],
        condition=Condition.GOOD,
        lot=lot_of(request),
        by=asked.actor,
    )
    return answer(request, _ANSWER, _facts(request), _page())


@staff_page(SUPPLY_MOVE)
@command("supply.send")
def confirm(request: HttpRequest) -> HttpResponse:
    """A few units leave at once; many wait for a manager's word."""
    asked = staff_request(request)
    store = asked.staff.store.code
    lines = counting(request, OUTGOING).lines
    terms: dict[str, Any] = {"by": asked.actor, "at": asked.at}
    number = operations.request_transfer(
        source_code=store,
        target_code=request.POST.get("target", "")[:32],
        lines=[Wanted(line.sku_code, line.quantity, line.lot) for line in lines],
        **terms,
    )
    remember(request, subject=f"transfer:{number}")
    units = sum(line.quantity for line in lines)
    if units <= limits().transfer_units_alone:
        operations.approve_transfer(number=number, **terms)
        serials = {line.sku_code: line.serials for line in lines if line.serials}
        operations.dispatch_transfer(number=number, serials=serials, **terms)
        words = ngettext(
            "%(n)s item is on its way.", "%(n)s items are on their way.", units
        )
        messages.success(request, words % {"n": units})
    else:
        messages.success(request, _("A manager has to approve this. It is asked for."))
    operations.clear_tally(store_code=store, document=OUTGOING, by=asked.actor)
    return redirect("tablet-stock-transfer", number)


def _facts(request: HttpRequest, last: str = "") -> dict[str, Any]:
    asked = staff_request(request)
    page = counting(request, OUTGOING, last=last)
    own = asked.staff.store.code
    return {
        "page": page,
        "places": [place for place in open_stores(asked.at) if place.code != own],
        "needs_approval": page.units > limits().transfer_units_alone,
        "less": reverse("tablet-stock-send-less"),
    }


def _page() -> str:
    return reverse("tablet-stock-send")
