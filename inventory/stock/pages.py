"""Tablet: find a product here and elsewhere; look at a level and correct it."""

from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventory.catalogue.glyphs import glyph_of
from inventory.catalogue.queries import (
    SkuCard,
    SkuNotFound,
    find_skus,
    sku_by_gtin,
    sku_card,
    sku_ids,
)
from inventory.stock.operations import adjust_stock
from inventory.stock.promise_words import distance_words, headline, ready_words
from inventory.stock.queries import (
    PlaceStock,
    availability,
    available,
    changed_lately,
    level,
    statement,
)
from omniretail.kernel import pages
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import STOCK_ADJUST, STOCK_LOOK

_PLACES = 50
_SHOWN = 30
REASONS = {
    "counted": gettext_lazy("Counted again"),
    "damaged": gettext_lazy("Damaged"),
    "display": gettext_lazy("Taken for display"),
    "missing": gettext_lazy("Missing"),
    "found": gettext_lazy("Found"),
}


class NotANumber(DomainError):
    """Say how many there are, in figures."""


@dataclass(frozen=True)
class Elsewhere:
    """One place with stock, in the words of the page."""

    name: str
    city: str
    kind: str
    available: int
    distance: str
    ready: str
    can_pickup: bool


@staff_page(STOCK_LOOK)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Products by words; the list alone when the page asks for that."""
    asked = cast(StaffRequest, request)
    text = request.GET.get("q", "").replace("\x00", "")[: limits().search_length].strip()
    store = asked.staff.store
    cards = (
        find_skus(text, at=asked.at, currency=store.currency, limit=_SHOWN) if text else []
    )
    here = available([card.code for card in cards], [store.code])
    rows = [
        (card, glyph_of(card.category_code), here.get((store.code, card.code), 0))
        for card in cards
    ]
    is_part = request.headers.get("HX-Target") == "found"
    template = "tablet/find_list.html" if is_part else "tablet/find.html"
    return render(request, template, {"text": text, "rows": rows})


@staff_page(STOCK_LOOK)
@require_GET
def product(request: HttpRequest, code: str) -> HttpResponse:
    """One product: its price, how many are here, and where else."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    card = _card(code, asked)
    found = availability(
        card.code, at=asked.at, near=(store.latitude, store.longitude), limit=_PLACES
    )
    here = next((one.available for one in found if one.place.code == store.code), 0)
    others = [one for one in found if one.available and one.place.code != store.code]
    zone = ZoneInfo(store.time_zone)
    facts = {
        "card": card,
        "glyph": glyph_of(card.category_code),
        "level": level(store.code, card.code),
        "here": here,
        "headline": headline(here, _best(others), asked.at, zone),
        "elsewhere": [_elsewhere(one, asked, zone) for one in others],
    }
    return render(request, "tablet/product.html", facts)


@staff_page(STOCK_LOOK)
@require_GET
def stock(request: HttpRequest) -> HttpResponse:
    """Scan or type what to look at; until then, what moved last."""
    asked = cast(StaffRequest, request)
    code = request.GET.get("code", "").replace("\x00", "")[: limits().search_length].strip()
    if not code:
        lately = changed_lately(asked.staff.store.code)
        return render(request, "tablet/stock.html", {"lately": lately})
    known = _code_of(code)
    if known is not None:
        return redirect("tablet-stock-level", known)
    return redirect(f"{reverse('tablet-find')}?q={code}")


@staff_page(STOCK_LOOK)
@require_GET
def stock_level(request: HttpRequest, code: str) -> HttpResponse:
    """One level with its latest movements."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    card = _card(code, asked)
    facts = {
        "card": card,
        "glyph": glyph_of(card.category_code),
        "level": level(store.code, card.code),
        "movements": statement(store.code, card.code, limit=20).lines,
        "reasons": REASONS.items(),
    }
    return render(request, "tablet/stock_level.html", facts)


@staff_page(STOCK_ADJUST)
@command("stock.adjust")
def adjust(request: HttpRequest, code: str) -> HttpResponse:
    """So many there are, and why that is not what the level says."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    pages.remember(request, subject=f"stock:{store.code}:{code}"[:150])
    reason = request.POST.get("reason", "")
    adjust_stock(
        store_code=store.code,
        sku_code=_card(code, asked).code,
        on_hand=_number(request.POST.get("on_hand", "")),
        seen=_number(request.POST.get("seen", "")),
        reason=reason if reason in REASONS else "counted",
        by=asked.actor,
        at=asked.at,
    )
    return pages.go(request, reverse("tablet-stock-level", args=[code]))


def resolve_product(code: str, staff: object) -> str | None:
    """A barcode or SKU code leads to its product."""
    del staff  # every employee may look
    known = _code_of(code)
    return reverse("tablet-find-product", args=[known]) if known else None


def _best(others: list[PlaceStock]) -> PlaceStock | None:
    """The nearest where a customer can collect, else the nearest at all."""
    collect = (one for one in others if one.place.can_pickup)
    return next(collect, others[0] if others else None)


def _code_of(text: str) -> str | None:
    try:
        return sku_by_gtin(text)
    except SkuNotFound:
        return next(iter(sku_ids([text, text.upper()])), None)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise NotANumber(field="on_hand")
    return int(text)


def _card(code: str, asked: StaffRequest) -> SkuCard:
    try:
        return sku_card(code, at=asked.at, currency=asked.staff.store.currency)
    except SkuNotFound as error:
        raise Http404(_("There is no such product.")) from error


def _elsewhere(one: PlaceStock, asked: StaffRequest, zone: ZoneInfo) -> Elsewhere:
    return Elsewhere(
        name=one.place.name,
        city=one.place.city,
        kind=one.place.kind,
        available=one.available,
        distance=distance_words(one.distance_km),
        ready=ready_words(one.ready_at, asked.at, zone),
        can_pickup=one.place.can_pickup,
    )
