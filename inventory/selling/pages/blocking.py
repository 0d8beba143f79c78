"""Tablet: stop selling something here for a while, and sell it again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.selling.models import SaleBlock
from inventory.selling.operations import block_sale, lift_block
from inventory.selling.queries import BlockNotFound, block_view
from inventory.stock.pages.looking_up import card_of
from omniretail.kernel import pages
from omniretail.kernel.pages import command
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import SELLING_BLOCK

_DAYS: Mapping[str, int | None] = {"TODAY": 1, "TOMORROW": 2, "WEEK": 7, "LIFTED": None}
UNTIL = {
    "TODAY": gettext_lazy("Today"),
    "TOMORROW": gettext_lazy("Until tomorrow night"),
    "WEEK": gettext_lazy("For a week"),
    "LIFTED": gettext_lazy("Until somebody lifts it"),
}
"""The buttons, and how long each keeps it from being sold."""


def end_of(choice: str, at: datetime, zone: str) -> datetime | None:
    """The midnight, in the store's zone, that a button means; None: no end."""
    days = _DAYS.get(choice, 1)
    if days is None:
        return None
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


@staff_page(SELLING_BLOCK)
@command("selling.block")
def block(request: HttpRequest, code: str) -> HttpResponse:
    """None of it is sold here as long as the pressed button says."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    pages.remember(request, subject=f"stock:{store.code}:{code}"[:150])
    reason = request.POST.get("reason", "")
    block_sale(
        store_code=store.code,
        sku_code=card_of(code, asked).code,
        until=end_of(request.POST.get("until", ""), asked.at, store.time_zone),
        reason=reason if reason in SaleBlock.Reason else SaleBlock.Reason.OTHER,
        by=asked.actor,
        at=asked.at,
    )
    messages.success(request, _("Not for sale here any more."))
    return pages.go(request, reverse("tablet-stock-level", args=[code]))


@staff_page(SELLING_BLOCK)
@command("selling.lift")
def lift(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """It is sold here again."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    pages.remember(request, subject=f"stock:{store.code}:{code}"[:150])
    try:
        is_theirs = block_view(number).store_code == store.code
    except BlockNotFound as error:
        raise Http404 from error
    if not is_theirs:
        raise Http404
    lift_block(number=number, by=asked.actor, at=asked.at)
    messages.success(request, _("For sale here again."))
    return pages.go(request, reverse("tablet-stock-level", args=[code]))
