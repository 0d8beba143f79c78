"""Tablet: what the place might ask its neighbours for, and be asked for."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.replenishment import operations
from inventory.replenishment.queries import open_transfers_at
from omniretail.kernel.pages import command, go, remember
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import SUPPLY_APPROVE


@staff_page(SUPPLY_APPROVE)
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """Transfers that would help this place or its neighbours."""
    store = cast(StaffRequest, request).staff.store.code
    rows = open_transfers_at(store)
    facts = {
        "wanted": [row for row in rows if row.store_code == store],
        "asked": [row for row in rows if row.source_code == store],
    }
    return render(request, "tablet/proposals.html", facts)


@staff_page(SUPPLY_APPROVE)
@command("proposals.accept")
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the transfer."""
    asked = cast(StaffRequest, request)
    remember(request, subject=f"proposal:{number}"[:150])
    (document,) = operations.accept_proposals(numbers=[number], by=asked.actor, at=asked.at)
    messages.success(request, _("Transfer %s is asked for.") % document)
    return go(request, reverse("tablet-proposals"))


@staff_page(SUPPLY_APPROVE)
@command("proposals.dismiss")
def dismiss(request: HttpRequest, number: str) -> HttpResponse:
    """Not wanted here."""
    asked = cast(StaffRequest, request)
    remember(request, subject=f"proposal:{number}"[:150])
    operations.dismiss_proposals(
        numbers=[number], reason=_("Dismissed in the store"), by=asked.actor, at=asked.at
    )
    messages.success(request, _("Dismissed."))
    return go(request, reverse("tablet-proposals"))
