"""Tablet: goods come in. Scan the note, scan the goods, one button."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from inventory.lots.operations import ExpiryMissing, LotMissing, OtherExpiry
from inventory.supply import operations
from inventory.supply.operations import BLIND, Condition
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
from inventory.supply.queries import Awaited, awaited, awaited_at
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command, remember
from stores.people.pages import staff_page
from stores.people.roles import SUPPLY_MOVE

_ANSWER = "tablet/receive_answer.html"


@staff_page(SUPPLY_MOVE)
@require_GET
def receive(request: HttpRequest) -> HttpResponse:
    """Scan the number on the delivery note, or pick from what is expected."""
    asked = staff_request(request)
    store = asked.staff.store.code
    code = request.GET.get("code", "").strip().replace("\x00", "")[: limits().search_length]
    if code and awaited(store, code):
        return redirect("tablet-stock-receive-for", code)
    facts = {"text": code, "rows": awaited_at(store), "now": asked.at, "blind": BLIND}
    return render(request, "tablet/receive.html", facts)


@staff_page(SUPPLY_MOVE)
@require_GET
def receive_for(request: HttpRequest, number: str) -> HttpResponse:
    """What should come with a document, and what is counted of it."""
    return render(request, "tablet/receive_for.html", _facts(request, number))


def _refused(request: HttpRequest, error: DomainError, number: str) -> HttpResponse:
    facts = _facts(request, number)
    if isinstance(error, LotMissing | ExpiryMissing | OtherExpiry):
        facts |= {"asks_lot": code_of(request), "lot": lot_of(request)}
    return wrong_scan(request, _ANSWER, facts, _page(number), words_for(error))


@staff_page(SUPPLY_MOVE)
@command("supply.tally", refused=_refused)
def scan(request: HttpRequest, number: str) -> HttpResponse:
    """One unit counted."""
    asked = staff_request(request)
    is_damaged = request.POST.get("damaged") == "1"
    scanned = operations.tally_unit(
        store_code=asked.staff.store.code,
        document=number,
        code=code_of(request),
        article=article_of(request),
        condition=Condition.DAMAGED if is_damaged else Condition.GOOD,
        lot=lot_of(request),
        expires_on=parse_date(request.POST.get("expires_on", "")[:10]),
        by=asked.actor,
        at=asked.at,
    )
    return answer(
        request, _ANSWER, _facts(request, number, scanned.sku_code), _page(number)
    )


@staff_page(SUPPLY_MOVE)
@command("supply.untally", refused=_refused)
def less(request: HttpRequest, number: str) -> HttpResponse:
    """One unit less."""
    asked = staff_request(request)
    operations.untally_unit(
        store_code=asked.staff.store.code,
        document=number,
        sku_code=request.POST.get("sku", "")[:60],
        condition=request.POST.get("condition", "")[:8],
        lot=lot_of(request),
        by=asked.actor,
    )
    return answer(request, _ANSWER, _facts(request, number), _page(number))


@staff_page(SUPPLY_MOVE)
@command("supply.receive")
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """What is counted has come; or everything, as the document says."""
    asked = staff_request(request)
    store = asked.staff.store.code
    found = _awaited(store, number)
    page = counting(request, number, found)
    lines = page.all_lines if "all" in request.POST else page.lines
    remember(request, subject=f"receipt:{number}"[:150])
    _take_in(store, found, lines, asked.actor, asked.at)
    operations.clear_tally(store_code=store, document=number, by=asked.actor)
    units = sum(line.quantity for line in lines)
    words = ngettext("%(n)s item received.", "%(n)s items received.", units) % {"n": units}
    rest = awaited(store, number) if found else None
    if rest and rest.units:
        words += " " + _("%(n)s still to come.") % {"n": rest.units}
    messages.success(request, words)
    return redirect("tablet-stock-receive")


def _take_in(
    store: str,
    found: Awaited | None,
    lines: list[operations.Counted],
    by: Actor,
    at: datetime,
) -> None:
    if found is None:
        operations.receive_blind(store_code=store, lines=lines, by=by, at=at)
        return
    take = {
        "NOTICE": operations.receive_delivery,
        "TRANSFER": operations.receive_transfer,
        "ORDER": operations.receive_order,
    }[found.kind]
    take(number=found.number, lines=lines, by=by, at=at)


def _awaited(store: str, number: str) -> Awaited | None:
    if number == BLIND:
        return None
    found = awaited(store, number)
    if found is None:
        raise Http404
    return found


def _facts(request: HttpRequest, number: str, last: str = "") -> dict[str, Any]:
    asked = staff_request(request)
    found = _awaited(asked.staff.store.code, number)
    return {
        "document": found,
        "number": number,
        "page": counting(request, number, found, last),
        "now": asked.at,
        "less": reverse("tablet-stock-receive-less", args=[number]),
    }


def _page(number: str) -> str:
    return reverse("tablet-stock-receive-for", args=[number])
