"""Tablet: a customer asked for something that is not here."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.replenishment import operations
from inventory.replenishment.operations import Contact
from inventory.selling.missing import looker
from inventory.selling.operations import record_lost_demand
from omniretail.kernel.codes import random_code
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import ONCE, command, go, remember
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import ORDERS_SELL, STOCK_LOOK

CHANNEL = "TABLET"


@staff_page(ORDERS_SELL)
@command("stock_waits.register")
def wait(request: HttpRequest, code: str) -> HttpResponse:
    """Tell the customer when it is here."""
    asked = cast(StaffRequest, request)
    remember(request, subject=f"sku:{code}"[:150])
    contact = request.POST.get("contact", "").replace("\x00", "")
    text = contact.strip()[: limits().search_length]
    by_mail = "@" in text
    operations.register_wait(
        sku_code=code,
        store_code=asked.staff.store.code,
        contact=Contact(phone="" if by_mail else text, email=text if by_mail else ""),
        channel=CHANNEL,
        by=asked.actor,
        at=asked.at,
    )
    messages.success(request, _("We will write as soon as it is here."))
    return go(request, reverse("tablet-find-product", args=[code]))


@staff_page(STOCK_LOOK)
@command("lost_demand.record")
def missing(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody asked in vain; each tap is one who asked, the one for whom it was looked up
    just now."""
    asked = cast(StaffRequest, request)
    remember(request, subject=f"sku:{code}"[:150])
    record_lost_demand(
        sku_code=code,
        store_code=asked.staff.store.code,
        channel=CHANNEL,
        session=request.POST.get(ONCE, "")[:100] or random_code(20),
        instead_of=looker(asked.actor),
        by=asked.actor,
        at=asked.at,
    )
    messages.success(request, _("Noted: asked for and not here."))
    return go(request, reverse("tablet-find-product", args=[code]))
