"""What all steps of a sale share: the cart under way on this tablet, and refusals."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from omniretail.kernel.errors import DomainError
from orders.carts import operations as carts
from orders.carts.models import Channel
from orders.carts.queries import CartNotFound, CartView, cart_view
from stores.people.pages import StaffRequest

REMEMBERED = "sell_cart"


def refused(request: HttpRequest, error: DomainError, **_: object) -> HttpResponse:
    """Say why not, on the page of the sale; of a unit, which one."""
    unit = str(error.facts.get("serial") or error.facts.get("sku") or "")
    messages.error(request, f"{unit}: {error.title}" if unit else error.title)
    return redirect("tablet-sell")


def current(asked: StaffRequest) -> CartView | None:
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


def required(asked: StaffRequest) -> CartView:
    """The cart of the sale under way; without one there is nothing to change."""
    cart = current(asked)
    if cart is None:
        raise CartNotFound
    return cart


def opened(asked: StaffRequest) -> CartView:
    """A new cart, which this tablet sells from now on."""
    cart = carts.open_cart(
        channel=Channel.TABLET,
        currency=asked.staff.store.currency,
        store_code=asked.staff.store.code,
        language=asked.staff.language,
        by=asked.actor,
        at=asked.at,
    )
    remember_cart(asked, str(cart.token))
    return cart_view(cart.token)


def remember_cart(asked: StaffRequest, token: str) -> None:
    """This tablet sells from this cart."""
    asked.session[REMEMBERED] = token


def number_in(text: str) -> int:
    """A whole number that was typed; nought if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def to_sell(**query: str) -> HttpResponse:
    """Back to the page of the sale, which looks for these words."""
    given = {name: value for name, value in query.items() if value}
    return redirect(reverse("tablet-sell", query=given))
