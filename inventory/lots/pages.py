"""Tablet: what must be sold soon, or may not be sold any more."""

from datetime import timedelta
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inventory.lots.queries import expiring_at
from omniretail.kernel.periods import business_date
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import STOCK_LOOK

_AHEAD = timedelta(days=30)
_SHOWN = 200


@staff_page(STOCK_LOOK)
@require_GET
def expiring(request: HttpRequest) -> HttpResponse:
    """Lots of the place whose last day of sale comes within a month, the first first."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    until = business_date(asked.at, store.time_zone) + _AHEAD
    rows = expiring_at(store.code, until=until, at=asked.at, limit=_SHOWN)
    return render(request, "tablet/expiring.html", {"rows": rows})
