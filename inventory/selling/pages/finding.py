"""Tablet: find a product here and elsewhere."""

from dataclasses import dataclass
from functools import partial
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from inventory.catalogue.queries import find_skus
from inventory.selling.missing import looker
from inventory.selling.operations import Miss, note_misses
from inventory.selling.queries import Where, availability, prepared_by, sellable_units
from inventory.stock.pages.looking_up import card_of, code_of, parts_here
from inventory.stock.promise_words import distance_words, headline, ready_words
from inventory.stock.queries import PlaceStock, level
from omniretail.kernel.afterwards import afterwards
from omniretail.kernel.limits import limits
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import STOCK_LOOK

_PLACES = 50
_SHOWN = 30


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
    here = sellable_units(
        channel=settings.COUNTER_CHANNEL,
        store_codes=[store.code],
        sku_codes=[card.code for card in cards],
        at=asked.at,
    )
    rows = [(card, here.get((store.code, card.code), 0)) for card in cards]
    is_part = request.headers.get("HX-Target") == "found"
    template = "tablet/find_list.html" if is_part else "tablet/find.html"
    return render(request, template, {"text": text, "rows": rows})


@staff_page(STOCK_LOOK)
@require_GET
def product(request: HttpRequest, code: str) -> HttpResponse:
    """One product: its price, how many are here, and where else."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    card = card_of(code, asked)
    found = availability(
        card.code,
        channel=settings.COUNTER_CHANNEL,
        at=asked.at,
        where=Where(near=(store.latitude, store.longitude)),
        limit=_PLACES,
        ready=prepared_by,
    )
    here = next((one.available for one in found if one.place.code == store.code), 0)
    others = [one for one in found if one.available and one.place.code != store.code]
    zone = ZoneInfo(store.time_zone)
    facts = {
        "card": card,
        "level": level(store.code, card.code),
        "here": here,
        "headline": headline(here, _best(others), asked.at, zone),
        "parts": parts_here(card, store.code),
        "elsewhere": [_elsewhere(one, asked, zone) for one in others],
    }
    answer = render(request, "tablet/product.html", facts)
    if not here:
        miss = Miss(card.code, store.code, 1, looker(asked.actor))
        channel, by = settings.COUNTER_CHANNEL, asked.actor
        afterwards(
            answer, partial(note_misses, [miss], channel=channel, by=by, at=asked.at)
        )
    return answer


def resolve_product(code: str, staff: object) -> str | None:
    """A barcode or SKU code leads to its product."""
    del staff  # every employee may look
    known = code_of(code)
    return reverse("tablet-find-product", args=[known]) if known else None


def _best(others: list[PlaceStock]) -> PlaceStock | None:
    """The nearest where a customer can collect, else the nearest at all."""
    collect = (one for one in others if one.place.can_pickup)
    return next(collect, others[0] if others else None)


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
