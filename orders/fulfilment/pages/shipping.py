"""Parcels on the tablet: closed, given to the carrier, delivered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from omniretail.kernel.pages import command
from orders.fulfilment import operations
from orders.fulfilment.pages.frame import bag_here, off_the_list, page_for, staff_request
from stores.people.pages import staff_page
from stores.people.roles import WORK_PICK


@staff_page(WORK_PICK)
@require_GET
def parcel(request: HttpRequest, number: str) -> HttpResponse:
    """Where the parcel goes and what its label needs."""
    bag = bag_here(request, number)
    if page_for(bag) != request.path:
        return redirect(page_for(bag))
    facts = {"bag": bag, "now": staff_request(request).at}
    return render(request, "tablet/pack.html", facts)


@staff_page(WORK_PICK)
@command("fulfilment.ship")
def ship(request: HttpRequest, number: str) -> HttpResponse:
    """The carrier has it."""
    bag_here(request, number)
    asked = staff_request(request)
    tracking = request.POST.get("code", "").strip()[:64]
    operations.ship_fulfilment(
        number=number, tracking_number=tracking, by=asked.actor, at=asked.at
    )
    off_the_list(request, number, "PICK", "PACK", "SHIP")
    messages.success(request, _("Given to the carrier. The customer is told."))
    return redirect("tablet-work")


@staff_page(WORK_PICK)
@command("fulfilment.deliver")
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """The carrier says the customer has it."""
    bag_here(request, number)
    asked = staff_request(request)
    operations.deliver_fulfilment(number=number, by=asked.actor, at=asked.at)
    messages.success(request, _("Delivered."))
    return redirect("tablet-work")
