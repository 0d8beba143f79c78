"""Tablet: a scanned serial number leads to its story."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from inventory.serials.queries import SerialNotFound, serial_story, serials_numbered
from inventory.stock.serial_numbers import folded, is_serial
from stores.people.pages import staff_page
from stores.people.roles import STOCK_LOOK
from stores.people.staff import StaffMember


@staff_page(STOCK_LOOK)
@require_GET
def story(request: HttpRequest, number: str) -> HttpResponse:
    """Where a unit is, and how it came there; where units of several articles have the
    same number and none is named (`sku`), which one is meant."""
    found = serials_numbered(number) if is_serial(folded(number)) else []
    sku = request.GET.get("sku", "").replace("\x00", "")[:60]
    if len(found) > 1 and not sku:
        return render(request, "tablet/serials.html", {"number": number, "rows": found})
    try:
        unit = serial_story(sku or next((one.sku_code for one in found), ""), number)
    except SerialNotFound as error:
        raise Http404 from error
    return render(request, "tablet/serial.html", {"serial": unit})


def resolve_serial(code: str, staff: StaffMember) -> str | None:
    """A serial number leads to the story of its unit."""
    number = folded(code)
    if not is_serial(number) or not staff.may(STOCK_LOOK) or not serials_numbered(number):
        return None
    return reverse("tablet-serial", args=[number])
