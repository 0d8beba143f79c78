"""Sell on the tablet: an order for a customer in the hall, however it is to leave."""

from typing import cast

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from loyalty.identity.queries import find_customer
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command, remember
from orders.carts import operations as carts
from orders.carts.models import Channel, Intent
from orders.carts.queries import CartNotFound, CartView, cart_view
from orders.checkout.operations import Payment, Terms, place_order
from orders.checkout.queries import order_page
from orders.checkout.sell_view import first_way, found_goods, sell_page
from orders.ordering.queries import OrderNotFound
from orders.payments.gateways import gateway
from orders.payments.models import TenderKind
from stores.network.queries import get_stores
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import ORDERS_SELL

REMEMBERED = "sell_cart"
DETAILS = ("name", "phone", "email", "city", "address", "postal_code")


def refused(request: HttpRequest, error: DomainError, **_: object) -> HttpResponse:
    """Say why not, on the page of the sale."""
    messages.error(request, error.title)
    return redirect("tablet-sell")


@staff_page(ORDERS_SELL)
@require_GET
def sell(request: HttpRequest) -> HttpResponse:
    """The sale under way on this tablet, or the start of one."""
    asked = cast(StaffRequest, request)
    cart = _current(asked)
    text = request.GET.get("q", "").strip()[: limits().search_length]
    facts = {
        "sale": sell_page(cart, asked.staff.store, at=asked.at) if cart else None,
        "text": text,
        "found": found_goods(text, asked.staff.store, at=asked.at) if text else [],
        "people": _people(request.GET.get("who", "")),
        "who": request.GET.get("who", "")[: limits().search_length],
    }
    return render(request, "tablet/sell.html", facts)


@staff_page(ORDERS_SELL)
@command("sell.add", refused=refused)
def add(request: HttpRequest) -> HttpResponse:
    """One more unit of what was scanned, or the choice of what the words may mean."""
    asked = cast(StaffRequest, request)
    text = request.POST.get("code", "").strip()[: limits().search_length]
    found = found_goods(text, asked.staff.store, at=asked.at) if text else []
    if len(found) != 1:
        return _to_sell(q=text) if found or not _is_customer(text) else _to_sell(who=text)
    card = found[0]
    cart = _current(asked) or _opened(asked)
    held = [line for line in cart.lines if line.sku_code == card.code]
    if held:
        intent, store, units = held[0].intent, held[0].store_code, held[0].quantity
    else:
        intent, store = first_way(card, asked.staff.store, at=asked.at)
        units = 0
    _set_line(asked, cart, card.code, intent, store, units + 1)
    return _to_sell()


@staff_page(ORDERS_SELL)
@command("sell.change_line", refused=refused)
def change_line(request: HttpRequest) -> HttpResponse:
    """Another quantity, or another way to leave."""
    asked = cast(StaffRequest, request)
    cart = _required(asked)
    given = request.POST
    sku, units = given.get("sku", ""), _units(given.get("quantity", ""))
    intent, store = given.get("intent", ""), given.get("store") or None
    if intent not in Intent.values:
        raise Http404
    way = given.get("way", "")
    if way:
        new_intent, _sep, new_store = way.partition("@")
        if new_intent not in Intent.values:
            raise Http404
        _set_line(asked, cart, sku, intent, store, 0)
        intent, store = new_intent, new_store or None
        held = [
            line.quantity
            for line in cart.lines
            if (line.sku_code, line.intent, line.store_code) == (sku, intent, store)
        ]
        units += sum(held)
    _set_line(asked, cart, sku, intent, store, units)
    return _to_sell()


@staff_page(ORDERS_SELL)
@command("sell.choose_customer", refused=refused)
def choose_customer(request: HttpRequest) -> HttpResponse:
    """The sale is this customer's: their one cart comes here from site and app."""
    asked = cast(StaffRequest, request)
    number = request.POST.get("number", "")[:40]
    cart = _current(asked) or _opened(asked)
    merged = carts.merge_cart(
        token=cart.token, customer_number=number, by=asked.actor, at=asked.at
    )
    _remember(asked, str(merged.token))
    return _to_sell()


@staff_page(ORDERS_SELL)
@command("sell.change_details", refused=refused)
def change_details(request: HttpRequest) -> HttpResponse:
    """Whom to tell, where to ship, how many points to spend."""
    asked = cast(StaffRequest, request)
    cart = _required(asked)
    changes: dict[str, object] = {
        name: request.POST[name].strip()[:200] for name in DETAILS if name in request.POST
    }
    if "redeem_points" in request.POST:
        changes["redeem_points"] = _units(request.POST["redeem_points"])
    if {"city", "address"} & set(changes):
        changes |= {"latitude": None, "longitude": None}
    carts.change_cart(token=cart.token, changes=changes, by=asked.actor, at=asked.at)
    return _to_sell()


@staff_page(ORDERS_SELL)
@command("sell.pay", staged=True, refused=refused)
def pay(request: HttpRequest) -> HttpResponse:
    """The customer pays, and the order stands."""
    asked = cast(StaffRequest, request)
    cart = _required(asked)
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
            version=_units(request.POST.get("version", "")) or None,
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
    return _to_sell()


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


def _current(asked: StaffRequest) -> CartView | None:
    """The open cart this tablet is selling from, if it still is one."""
    token = asked.session.get(REMEMBERED)
    if not isinstance(token, str):
        return None
    try:
        cart = cart_view(token)
    except CartNotFound:
        return None
    theirs = cart.customer_number is not None or cart.store_code == asked.staff.store.code
    return cart if theirs and cart.status == "OPEN" else None


def _required(asked: StaffRequest) -> CartView:
    cart = _current(asked)
    if cart is None:
        raise CartNotFound
    return cart


def _opened(asked: StaffRequest) -> CartView:
    cart = carts.open_cart(
        channel=Channel.TABLET,
        currency=asked.staff.store.currency,
        store_code=asked.staff.store.code,
        language=asked.staff.language,
        by=asked.actor,
        at=asked.at,
    )
    _remember(asked, str(cart.token))
    return cart_view(cart.token)


def _remember(asked: StaffRequest, token: str) -> None:
    asked.session[REMEMBERED] = token


def _set_line(
    asked: StaffRequest,
    cart: CartView,
    sku: str,
    intent: str,
    store: str | None,
    units: int,
) -> None:
    carts.set_line(
        token=cart.token,
        sku_code=sku,
        intent=intent,
        store_code=store,
        quantity=units,
        by=asked.actor,
        at=asked.at,
    )


def _people(text: str) -> list[object]:
    asked_for = text.strip()[: limits().search_length]
    return list[object](find_customer(asked_for)) if asked_for else []


def _is_customer(text: str) -> bool:
    return bool(text) and bool(find_customer(text))


def _units(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _to_sell(**query: str) -> HttpResponse:
    given = {name: value for name, value in query.items() if value}
    return redirect(reverse("tablet-sell", query=given))
