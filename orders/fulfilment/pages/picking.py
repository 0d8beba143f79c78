"""Picking on the tablet: scan, tick, report what is missing, ready."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.catalogue.queries import SkuCard, sku_cards
from inventory.stock.operations import SerialElsewhere
from inventory.stock.queries import bucket_words
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command, go
from orders.fulfilment import operations
from orders.fulfilment.operations import (
    NotThisItem,
    SerialInAnotherBag,
    SerialWanted,
    is_article,
)
from orders.fulfilment.pages.frame import (
    bag_here,
    off_the_list,
    page_for,
    scanned,
    staff_request,
)
from orders.fulfilment.queries import (
    FulfilmentView,
    LineView,
    lacking_units,
    with_lots,
)
from stores.people.pages import staff_page
from stores.people.roles import WORK_PICK


@dataclass(frozen=True)
class PickRow:
    """One article to find: how it looks on the shelf, how much of it is in the bag."""

    line: LineView
    card: SkuCard | None
    is_last_scanned: bool
    lacking: int


@staff_page(WORK_PICK)
@require_GET
def pick(request: HttpRequest, number: str) -> HttpResponse:
    """What to find, and what is found."""
    bag = bag_here(request, number)
    if page_for(bag) != request.path:
        return redirect(page_for(bag))
    return render(request, "tablet/pick.html", _facts(request, bag))


@staff_page(WORK_PICK)
@command("fulfilment.start_picking")
def start(request: HttpRequest, number: str) -> HttpResponse:
    """Off to the shelves."""
    bag_here(request, number)
    asked = staff_request(request)
    operations.start_picking(number=number, by=asked.actor, at=asked.at)
    return redirect("tablet-pick", number)


def _wrong_scan(request: HttpRequest, error: DomainError, number: str) -> HttpResponse:
    words = words_for(error)
    asking = _asking(error)
    if not request.headers.get("HX-Request"):
        messages.error(request, words)
        query = f"?{urlencode({'article': asking})}" if asking else ""
        return redirect(f"{reverse('tablet-pick', args=[number])}{query}")
    bag = bag_here(request, number)
    if asking:
        facts = _facts(request, bag) | {"article": asking}
        return scanned(render(request, "tablet/pick_answer.html", facts))
    facts = _facts(request, bag) | {"problem": words}
    response = render(request, "tablet/pick_answer.html", facts, status=422)
    return scanned(response, good=False)


@staff_page(WORK_PICK)
@command("fulfilment.pick", refused=_wrong_scan)
def scan(request: HttpRequest, number: str) -> HttpResponse:
    """One unit found; one with a serial number after its barcode said what it is, or by
    the number alone."""
    bag_here(request, number)
    asked = staff_request(request)
    code = request.POST.get("code", "").strip()[: limits().search_length]
    article = request.POST.get("article", "").replace("\x00", "")[:64]
    terms: dict[str, Any] = {"number": number, "by": asked.actor, "at": asked.at}
    if article and not is_article(code):
        line = operations.pick_unit(code=article, serial=code, **terms)
    else:
        line = operations.pick_unit(code=code, lot=_lot(request), **terms)
    return _answer(request, number, last=line.order_line.position)


@staff_page(WORK_PICK)
@command("fulfilment.put_back", refused=_wrong_scan)
def put_back(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Undo one unit; of serialised ones the one named, or the last."""
    bag_here(request, number)
    asked = staff_request(request)
    operations.put_back_unit(
        number=number,
        position=position,
        part=_part(request),
        serial=_serial(request),
        by=asked.actor,
        at=asked.at,
    )
    return _answer(request, number, last=position)


@staff_page(WORK_PICK)
@command("fulfilment.short")
def short(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Units that are not there."""
    bag_here(request, number)
    asked = staff_request(request)
    outcome = operations.report_short(
        number=number,
        position=position,
        quantity=_units(request),
        part=_part(request),
        serial=_serial(request),
        by=asked.actor,
        at=asked.at,
    )
    if outcome == "RESOURCED":
        messages.success(request, _("Another place sends them. Go on with the rest."))
    else:
        messages.success(request, _("The customer does not pay for them and is told."))
    bag = bag_here(request, number)
    if bag.status == "CANCELLED":
        return redirect("tablet-work")
    return redirect("tablet-pick", number)


@staff_page(WORK_PICK)
@command("fulfilment.ready")
def ready(request: HttpRequest, number: str) -> HttpResponse:
    """The bag is in its bay."""
    bag_here(request, number)
    asked = staff_request(request)
    bay = request.POST.get("bay", "").strip()[:20]
    operations.mark_ready(number=number, bay=bay, by=asked.actor, at=asked.at)
    off_the_list(request, number, "PICK")
    messages.success(request, _("Ready in %(bay)s. The customer is told.") % {"bay": bay})
    return redirect("tablet-work")


@staff_page(WORK_PICK)
@command("fulfilment.pack")
def pack(request: HttpRequest, number: str) -> HttpResponse:
    """The parcel is closed."""
    bag_here(request, number)
    asked = staff_request(request)
    operations.pack_fulfilment(number=number, by=asked.actor, at=asked.at)
    off_the_list(request, number, "PICK", "PACK")
    return redirect("tablet-pack", number)


def words_for(error: DomainError) -> str:
    """What the picker reads and hears about."""
    if isinstance(error, SerialElsewhere | SerialInAnotherBag | SerialWanted):
        return _words_for_serial(error)
    if not isinstance(error, NotThisItem):
        return str(error)
    name = error.facts.get("scanned_name") or error.facts.get("scanned") or ""
    expected = error.facts.get("expected")
    wanted = ", ".join(str(one) for one in expected) if isinstance(expected, list) else ""
    if not wanted:
        return _("This is %(name)s. Nothing more is wanted.") % {"name": name}
    return _("This is %(name)s. Wanted: %(wanted)s.") % {"name": name, "wanted": wanted}


def _words_for_serial(error: DomainError) -> str:
    """Which unit it is, and where it should be."""
    facts = error.facts
    if isinstance(error, SerialWanted):
        return _("%(name)s: now scan its serial number.") % {"name": facts.get("name")}
    if isinstance(error, SerialInAnotherBag):
        return _("%(serial)s lies in the bag %(bag)s.") % facts
    place = str(facts.get("store") or facts.get("reference") or "")
    return _("%(serial)s is not here: %(bucket)s, %(place)s.") % {
        "serial": facts.get("serial"),
        "bucket": bucket_words(str(facts.get("bucket"))),
        "place": place,
    }


def _asking(error: DomainError) -> str:
    """The article whose serial number is to be scanned next."""
    return str(error.facts["sku"]) if isinstance(error, SerialWanted) else ""


def _answer(request: HttpRequest, number: str, *, last: int) -> HttpResponse:
    bag = bag_here(request, number)
    if page_for(bag) != reverse("tablet-pick", args=[number]):
        messages.success(request, _("Another unit lies in the bag."))
        return go(request, page_for(bag))
    if not request.headers.get("HX-Request"):
        return go(request, page_for(bag))
    facts = _facts(request, bag, last=last)
    return scanned(render(request, "tablet/pick_answer.html", facts))


def _facts(request: HttpRequest, bag: FulfilmentView, last: int = 0) -> dict[str, Any]:
    asked = staff_request(request)
    (bag,) = with_lots([bag], at=asked.at)
    codes = {line.sku_code for line in bag.lines}
    currency = asked.staff.store.currency
    cards = sku_cards(codes, at=asked.at, currency=currency)
    lacking = lacking_units(bag.number)
    rows = [
        PickRow(
            line,
            cards.get(line.sku_code),
            line.position == last,
            min(lacking.get(line.position, 0), line.missing_quantity),
        )
        for line in bag.lines
    ]
    rows.sort(key=lambda row: row.line.missing_quantity == 0)
    article = request.GET.get("article", "").replace("\x00", "")[:64]
    return {"bag": bag, "rows": rows, "now": asked.at, "article": article}


def _lot(request: HttpRequest) -> str:
    """Another lot than the first to expire, if one was chosen."""
    return request.POST.get("lot", "").replace("\x00", "").strip()[:20]


def _part(request: HttpRequest) -> str:
    """Which part of a kit is meant, if the line is of one."""
    return request.POST.get("part", "").replace("\x00", "")[:60]


def _serial(request: HttpRequest) -> str:
    """Which unit is meant, if it has a number."""
    return request.POST.get("serial", "").replace("\x00", "")[:60]


def _units(request: HttpRequest) -> int:
    text = request.POST.get("quantity", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
