"""Taking goods back on the tablet: which units, and what is paid back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.stock.serial_numbers import listed
from omniretail.kernel.limits import limits
from omniretail.kernel.money import Money
from omniretail.kernel.pages import command, remember
from orders.fulfilment.queries import short_name
from orders.ordering.queries import OrderNotFound, OrderView, order_view
from orders.returns import operations
from orders.returns.models import Disposition
from orders.returns.operations import ReturnItem
from orders.returns.queries import ReturnView, return_views, returnable_lines
from stores.network.queries import get_stores
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import ORDERS_RETURN

SHOWN = (Disposition.RESTOCK, Disposition.QUARANTINE, Disposition.WRITE_OFF)


@dataclass(frozen=True)
class PastReturn:
    """What of the order came back before, and where."""

    number: str
    received_at: datetime
    place: str
    refund_amount: Decimal


@staff_page(ORDERS_RETURN)
@require_GET
def show(request: HttpRequest, number: str) -> HttpResponse:
    """What the customer has of this order, and what came back before."""
    order = _order(request, number)
    return render(request, "tablet/return.html", _facts(order))


@staff_page(ORDERS_RETURN)
@command("orders.return")
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """The goods are here: restock and refund."""
    order = _order(request, number)
    asked = cast(StaffRequest, request)
    record = operations.return_order(
        order_number=number,
        store_code=asked.staff.store.code,
        by=asked.actor,
        at=asked.at,
        items=_items(request, order),
        reason=request.POST.get("reason", "").strip()[:200],
    )
    amount = Money(record.refund_amount, order.currency).format(asked.staff.language)
    messages.success(
        request,
        _("Taken back. %(amount)s goes to where it came from.") % {"amount": amount},
    )
    return redirect("tablet-return-order", number)


def _order(request: HttpRequest, number: str) -> OrderView:
    remember(request, subject=f"order:{number}")
    try:
        return order_view(number)
    except OrderNotFound as error:
        raise Http404 from error


def _items(request: HttpRequest, order: OrderView) -> list[ReturnItem]:
    """The units named in the form; a line with none of them stays out."""
    items = []
    for row in returnable_lines(order):
        quantity = _whole(request.POST.get(f"quantity-{row.position}", ""))
        way = request.POST.get(f"disposition-{row.position}", Disposition.RESTOCK)
        if quantity:
            known = way if way in Disposition.values else Disposition.RESTOCK
            text = request.POST.get(f"serials-{row.position}", "")
            serials = listed(text, limits().line_serials)
            items.append(ReturnItem(row.position, quantity, known, serials))
    return items


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _past(returns: list[ReturnView]) -> list[PastReturn]:
    places = get_stores(one.store_code for one in returns)
    return [
        PastReturn(
            number=one.number,
            received_at=one.received_at,
            place=places[one.store_code].name,
            refund_amount=one.refund_amount,
        )
        for one in returns
    ]


def _facts(order: OrderView) -> dict[str, Any]:
    past = _past(return_views(order.number))
    rows = returnable_lines(order)
    return {
        "order": order,
        "customer": short_name(order.contact_name),
        "rows": rows,
        "units": sum(row.quantity for row in rows),
        "amount": sum((row.unit_amount * row.quantity for row in rows), Decimal(0)),
        "past": past,
        "ways": [(way.value, way.label) for way in SHOWN],
    }
