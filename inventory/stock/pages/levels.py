"""Tablet: look at a level, and correct it."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.stock.movement_words import COUNT_REASONS as REASONS
from inventory.stock.movement_words import told
from inventory.stock.operations import adjust_stock
from inventory.stock.pages.looking_up import card_of, code_of, number_of, parts_here
from inventory.stock.pages.moving import (
    REASONS_ASIDE,
    WAYS_ASIDE,
    just_moved,
    set_aside,
)
from inventory.stock.queries import changed_lately, level, statement
from omniretail.kernel import pages
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import STOCK_ADJUST, STOCK_LOOK


@staff_page(STOCK_LOOK)
@require_GET
def stock(request: HttpRequest) -> HttpResponse:
    """Scan or type what to look at; until then, what moved last."""
    asked = cast(StaffRequest, request)
    code = request.GET.get("code", "").replace("\x00", "")[: limits().search_length].strip()
    if not code:
        lately = changed_lately(asked.staff.store.code)
        return render(request, "tablet/stock.html", {"lately": lately})
    known = code_of(code)
    if known is not None:
        return redirect("tablet-stock-level", known)
    return redirect(f"{reverse('tablet-find')}?q={code}")


def level_facts(asked: StaffRequest, code: str) -> dict[str, Any]:
    """What the page of a level shows: the level with its latest movements."""
    store = asked.staff.store
    card = card_of(code, asked)
    here = level(store.code, card.code)
    return {
        "card": card,
        "level": here,
        "parts": parts_here(card, store.code),
        "free": here.on_hand - here.reserved,
        "ways": WAYS_ASIDE,
        "aside": set_aside(here),
        "why_aside": REASONS_ASIDE,
        "moved": just_moved(asked),
        "movements": told(statement(store.code, card.code, limit=5).lines),
        "reasons": REASONS.items(),
    }


@staff_page(STOCK_ADJUST)
@command("stock.adjust")
def adjust(request: HttpRequest, code: str) -> HttpResponse:
    """So many there are, and why that is not what the level says."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    pages.remember(request, subject=f"stock:{store.code}:{code}"[:150])
    reason = request.POST.get("reason", "")
    there = number_of(request.POST.get("on_hand", ""), "on_hand")
    adjust_stock(
        store_code=store.code,
        sku_code=card_of(code, asked).code,
        on_hand=there,
        seen=number_of(request.POST.get("seen", ""), "on_hand"),
        reason=reason if reason in REASONS else "counted",
        by=asked.actor,
        at=asked.at,
    )
    messages.success(request, _("Corrected: %(units)s on hand now.") % {"units": there})
    return pages.go(request, reverse("tablet-stock-level", args=[code]))
