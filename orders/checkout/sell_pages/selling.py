"""Sell on the tablet: an order for a customer in the hall, however it is to leave."""

from typing import cast

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from inventory.catalogue.queries import SkuCard
from loyalty.identity.queries import find_customer
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command, remember
from orders.carts.models import Channel
from orders.carts.queries import CartView
from orders.checkout.operations import Payment, Terms, place_order
from orders.checkout.queries import order_page
from orders.checkout.sell_pages.frame import (
    REMEMBERED,
    current,
    number_in,
    refused,
    required,
    to_sell,
)
from orders.checkout.sell_scans import read_scan
from orders.checkout.sell_view import sell_page
from orders.ordering.queries import OrderNotFound
from orders.payments.gateways import gateway
from orders.payments.models import TenderKind
from stores.network.queries import get_stores
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import ORDERS_SELL


@staff_page(ORDERS_SELL)
@require_GET
def sell(request: HttpRequest) -> HttpResponse:
    """The sale under way on this tablet, or the start of one."""
    asked = cast(StaffRequest, request)
    cart = current(asked)
    text = request.GET.get("q", "").strip()[: limits().search_length]
    facts = {
        "sale": sell_page(cart, asked.staff.store, at=asked.at) if cart else None,
        "text": text,
        "found": _found(text, cart, asked) if text else [],
        "people": _people(request.GET.get("who", "")),
        "who": request.GET.get("who", "")[: limits().search_length],
    }
    return render(request, "tablet/sell.html", facts)


@staff_page(ORDERS_SELL)
@command("sell.pay", staged=True, refused=refused)
def pay(request: HttpRequest) -> HttpResponse:
    """The customer pays, and the order stands."""
    asked = cast(StaffRequest, request)
    cart = required(asked)
    cash = request.POST.get("kind") == TenderKind.CASH
    payment = (
        Payment(TenderKind.CASH)
        if cash
        else Payment(TenderKind.CARD, gateway().terminal_method)
    )
    number = place_order(
        token=cart.token,
        terms=Terms(
            payment=payment,
            channel=Channel.TABLET,
            store_code=asked.staff.store.code,
            version=number_in(request.POST.get("version", "")) or None,
        ),
        by=asked.actor,
        at=asked.at,
    )
    remember(request, subject=f"order:{number}")
    asked.session.pop(REMEMBERED, None)
    return redirect("tablet-sell-done", number=number)


@staff_page(ORDERS_SELL)
@command("sell.start_anew", refused=refused)
def start_anew(request: HttpRequest) -> HttpResponse:
    """The next customer; this cart stays where it is."""
    request.session.pop(REMEMBERED, None)
    return to_sell()


@staff_page(ORDERS_SELL)
@require_GET
def done(request: HttpRequest, number: str) -> HttpResponse:
    """What was sold, and the customer's link to it as a code to scan."""
    asked = cast(StaffRequest, request)
    try:
        page = order_page(number)
    except OrderNotFound:
        raise Http404 from None
    if page.order.taken_at_store != asked.staff.store.code:
        raise Http404
    code = segno.make_qr(page.page_url).svg_inline(scale=5, border=2, omitsize=True)
    places = get_stores(bag.store_code for bag in page.fulfilments)
    bags = [(bag, places[bag.store_code]) for bag in page.fulfilments]
    return render(
        request, "tablet/sell_done.html", {"page": page, "bags": bags, "qr": code}
    )


def _found(text: str, cart: CartView | None, asked: StaffRequest) -> list[SkuCard]:
    lines = cart.lines if cart else ()
    return read_scan(text, lines, asked.staff.store, at=asked.at).found


def _people(text: str) -> list[object]:
    asked_for = text.strip()[: limits().search_length]
    return list[object](find_customer(asked_for)) if asked_for else []
