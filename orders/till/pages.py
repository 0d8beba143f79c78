"""The tablet's Return place: find the sale by what the customer brings."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from omniretail.kernel.limits import limits
from orders.till.queries import SaleFound, find_sales
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import ORDERS_RETURN


@dataclass(frozen=True)
class Finding:
    """What was asked for and what was found."""

    text: str
    sales: list[SaleFound]


@staff_page(ORDERS_RETURN)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """By order number, receipt, or the customer's phone; one hit opens at once."""
    text = request.GET.get("code", "").strip()[: limits().search_length]
    sales = find_sales(text) if text and "\x00" not in text else []
    if len(sales) == 1:
        return redirect("tablet-return-order", sales[0].order_number)
    now: datetime = cast(StaffRequest, request).at
    facts = {"finding": Finding(text, sales), "now": now}
    return render(request, "tablet/return_find.html", facts)
