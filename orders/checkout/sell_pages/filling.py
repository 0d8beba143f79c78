"""Filling the cart of a sale: by scanning, by words, with a customer."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse

from inventory.stock.serial_numbers import listed
from loyalty.identity.queries import find_customer
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command
from orders.carts import operations as carts
from orders.carts.models import Intent
from orders.carts.queries import CartView
from orders.checkout.operations import scan_unit
from orders.checkout.sell_pages.frame import (
    current,
    number_in,
    opened,
    refused,
    remember_cart,
    required,
    to_sell,
)
from orders.checkout.sell_scans import SellScan, read_scan
from orders.checkout.sell_view import first_way
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import ORDERS_SELL

DETAILS = ("name", "phone", "email", "city", "address", "postal_code")


@staff_page(ORDERS_SELL)
@command("sell.add", refused=refused)
def add(request: HttpRequest) -> HttpResponse:
    """One more unit of what was scanned, or the choice of what the words may mean."""
    asked = cast(StaffRequest, request)
    text = request.POST.get("code", "").strip()[: limits().search_length]
    cart = current(asked)
    lines = cart.lines if cart else ()
    scan = read_scan(text, lines, asked.staff.store, at=asked.at) if text else SellScan()
    if scan.serial:
        return _scanned_unit(asked, cart or opened(asked), scan)
    found = scan.found
    if len(found) != 1:
        return to_sell(q=text) if found or not _is_customer(text) else to_sell(who=text)
    card = found[0]
    cart = cart or opened(asked)
    held = [line for line in cart.lines if line.sku_code == card.code]
    if held:
        intent, store, units = held[0].intent, held[0].store_code, held[0].quantity
    else:
        intent, store = first_way(card, asked.staff.store, at=asked.at)
        units = 0
    _set_line(asked, cart, card.code, intent, store, units + 1)
    return to_sell()


@staff_page(ORDERS_SELL)
@command("sell.change_line", refused=refused)
def change_line(request: HttpRequest) -> HttpResponse:
    """Another quantity, or another way to leave."""
    asked = cast(StaffRequest, request)
    cart = required(asked)
    given = request.POST
    sku, units = given.get("sku", ""), number_in(given.get("quantity", ""))
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
        held = cart.line(sku, intent, store)
        units += held.quantity if held else 0
    _set_line(asked, cart, sku, intent, store, units)
    return to_sell()


@staff_page(ORDERS_SELL)
@command("sell.name_unit", refused=refused)
def name_unit(request: HttpRequest) -> HttpResponse:
    """One more serial number of a line, or one less that was not meant."""
    asked = cast(StaffRequest, request)
    cart = required(asked)
    sku, store = request.POST.get("sku", ""), asked.staff.store.code
    line = cart.line(sku, Intent.CARRY_OUT, store)
    without = request.POST.get("without")
    told = [number for number in (line.serials if line else ()) if number != without]
    told += listed(request.POST.get("serial", ""), 1)
    carts.name_units(
        token=cart.token,
        sku_code=sku,
        store_code=store,
        serials=told,
        by=asked.actor,
        at=asked.at,
    )
    return to_sell()


@staff_page(ORDERS_SELL)
@command("sell.choose_customer", refused=refused)
def choose_customer(request: HttpRequest) -> HttpResponse:
    """The sale is this customer's: their one cart comes here from site and app."""
    asked = cast(StaffRequest, request)
    number = request.POST.get("number", "")[:40]
    cart = current(asked) or opened(asked)
    merged = carts.merge_cart(
        token=cart.token, customer_number=number, by=asked.actor, at=asked.at
    )
    remember_cart(asked, str(merged.token))
    return to_sell()


@staff_page(ORDERS_SELL)
@command("sell.change_details", refused=refused)
def change_details(request: HttpRequest) -> HttpResponse:
    """Whom to tell, where to ship, how many points to spend."""
    asked = cast(StaffRequest, request)
    cart = required(asked)
    changes: dict[str, object] = {
        name: request.POST[name].strip()[:200] for name in DETAILS if name in request.POST
    }
    if "redeem_points" in request.POST:
        changes["redeem_points"] = number_in(request.POST["redeem_points"])
    if {"city", "address"} & set(changes):
        changes |= {"latitude": None, "longitude": None}
    carts.change_cart(token=cart.token, changes=changes, by=asked.actor, at=asked.at)
    return to_sell()


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


def _scanned_unit(asked: StaffRequest, cart: CartView, scan: SellScan) -> HttpResponse:
    scan_unit(
        token=cart.token,
        sku_code=scan.line,
        store_code=asked.staff.store.code,
        serial=scan.serial,
        by=asked.actor,
        at=asked.at,
    )
    return to_sell()


def _is_customer(text: str) -> bool:
    return bool(text) and bool(find_customer(text))
