"""Tablet: a level, and what is not sold of it here."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inventory.selling.models import SaleBlock
from inventory.selling.pages.blocking import UNTIL
from inventory.selling.queries import BlockView, blocks_ahead, sellable_units
from inventory.stock.pages.levels import level_facts
from stores.people.pages import StaffRequest, staff_page
from stores.people.queries import names_of
from stores.people.roles import STOCK_LOOK


@staff_page(STOCK_LOOK)
@require_GET
def stock_level(request: HttpRequest, code: str) -> HttpResponse:
    """One level with its latest movements, and whether it is for sale here."""
    asked = cast(StaffRequest, request)
    facts = level_facts(asked, code)
    return render(request, "tablet/stock_level.html", facts | _selling(asked, facts))


def _selling(asked: StaffRequest, facts: dict[str, Any]) -> dict[str, Any]:
    store, sku = asked.staff.store.code, facts["card"].code
    units = sellable_units(
        channel=settings.COUNTER_CHANNEL, store_codes=[store], sku_codes=[sku], at=asked.at
    )
    blocks = blocks_ahead(store, sku, at=asked.at)
    return {
        "for_sale": units.get((store, sku), 0),
        "blocks": _with_names(blocks),
        "is_blocked": any(
            one.channel is None and one.is_in_force(asked.at) for one in blocks
        ),
        "until": UNTIL.items(),
        "why_not": SaleBlock.Reason.choices,
    }


def _with_names(blocks: list[BlockView]) -> list[tuple[BlockView, str, str]]:
    """Each block with its reason in words and who decided it."""
    names = names_of(one.blocked_by for one in blocks)
    words = dict(SaleBlock.Reason.choices)
    return [(one, str(words[one.reason]), names[one.blocked_by]) for one in blocks]
