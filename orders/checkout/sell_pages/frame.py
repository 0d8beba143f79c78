"""What all steps of a sale share: the cart under way on this tablet, and refusals."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from inventory.stock.queries import bucket_words
from omniretail.kernel.errors import DomainError
from orders.carts import operations as carts
from orders.carts.models import Channel
from orders.carts.queries import CartNotFound, CartView, cart_view
from stores.network.queries import get_stores
from stores.people.pages import StaffRequest

REMEMBERED = "sell_cart"


def refused(request: HttpRequest, error: DomainError, **_: object) -> HttpResponse:
    """Say why not, on the page of the sale; of a unit, which one, and where it went."""
    unit = str(error.facts.get("serial") or error.facts.get("sku") or "")
    words = f"{unit}: {error.title}" if unit else str(error.title)
    where = _whereabouts(error) if "serial" in error.facts else ""
    messages.error(request, f"{words} {where}" if where else words)
    return redirect("tablet-sell")


def _whereabouts(error: DomainError) -> str:
    """The place and what it does there, or the bag, order or document it went with."""
    store = str(error.facts.get("store") or "")
    place = get_stores([store]).get(store) if store else None
    went_with = ("bag", "order") if place else ("bag", "order", "reference")
    parts = [
        place.name if place else "",
        bucket_words(str(error.facts.get("bucket") or "")),
        *(str(error.facts.get(name) or "") for name in went_with),
    ]
    found = ", ".join(part for part in parts if part)
    return f"({found})" if found else ""


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
