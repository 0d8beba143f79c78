"""The customer's page of an order: opened by its signed link, no account needed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from omniretail.kernel import clock
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.api.problems import problem_of
from omniretail.kernel.errors import DomainError
from omniretail.kernel.market import house_language
from omniretail.kernel.pages import command, go, remember
from orders.checkout.customer_view import OrderPage, order_page
from orders.checkout.operations import cancel_order
from orders.fulfilment.operations import FulfilmentNotFound, say_on_the_way
from orders.ordering.links import read_link
from orders.ordering.queries import OrderNotFound
from orders.ordering.reasons import CancelReason

View = Callable[..., HttpResponse]


def linked(view: View) -> View:
    """Open the order a signed link stands for, in the customer's language.

    Nothing else about the visitor is known; a bad link leads to a page that says so.
    """

    @wraps(view)
    def guarded(request: HttpRequest, signed: str, **kwargs: Any) -> HttpResponse:
        number = read_link(signed[:200])
        try:
            page = order_page(number or "", at=clock.now())
        except OrderNotFound:
            return _sealed(render(request, "customer/bad_link.html", status=404))
        language = _language(request, page.order.contact_language)
        remember(
            request,
            actor=Actor(ActorKind.GUEST, page.order.number, page.order.contact_name),
            subject=f"order:{page.order.number}",
        )
        with translation.override(language):
            return _sealed(view(request, page, signed=signed, **kwargs))

    return guarded


@linked
def show_order(request: HttpRequest, page: OrderPage, signed: str) -> HttpResponse:
    """What is happening now, the pass, where and when, what was bought."""
    return _show(request, page, signed)


@linked
def ask_cancel(request: HttpRequest, page: OrderPage, signed: str) -> HttpResponse:
    """Are you sure? Asked because money moves."""
    if not page.can_cancel:
        return _show(request, page, signed)
    context = {"page": page, **_links(signed)}
    return render(request, "customer/cancel.html", context)


def _refused(
    request: HttpRequest, error: DomainError, page: OrderPage, **kwargs: Any
) -> HttpResponse:
    """The page as it is now, with the refusal above it."""
    fresh = order_page(page.order.number, at=clock.now())
    problem = problem_of(error)
    return _show(
        request, fresh, str(kwargs["signed"]), status=problem.status, refusal=problem.title
    )


@linked
@command("customer.cancel", refused=_refused)
def cancel(request: HttpRequest, page: OrderPage, signed: str) -> HttpResponse:
    """The customer calls the order off."""
    cancel_order(
        number=page.order.number,
        reason=CancelReason.CUSTOMER,
        by=Actor(ActorKind.GUEST, page.order.number),
        at=clock.now(),
    )
    return go(request, _page_of(signed, request))


@linked
@command("customer.on_the_way", refused=_refused)
def on_the_way(
    request: HttpRequest, page: OrderPage, signed: str, number: str
) -> HttpResponse:
    """The customer has set out for the store."""
    if number not in {one.bag.number for one in page.bags}:
        raise FulfilmentNotFound(number=number)
    say_on_the_way(number=number, at=clock.now())
    return go(request, _page_of(signed, request))


def _show(
    request: HttpRequest,
    page: OrderPage,
    signed: str,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    context = {"page": page, "refusal": refusal, **_links(signed)}
    return render(request, "customer/order.html", context, status=status)


def _links(signed: str) -> dict[str, Any]:
    return {
        "signed": signed,
        "languages": settings.LANGUAGES,
        "language": translation.get_language(),
    }


def _page_of(signed: str, request: HttpRequest) -> str:
    place = reverse("customer-order", kwargs={"signed": signed})
    chosen = request.GET.get("lang", "")
    return f"{place}?lang={chosen}" if chosen in dict(settings.LANGUAGES) else place


def _language(request: HttpRequest, preferred: str) -> str:
    known = dict(settings.LANGUAGES)
    for wish in (request.GET.get("lang", ""), preferred[:2], house_language()):
        if wish in known:
            return wish
    return "en"


def _sealed(response: HttpResponse) -> HttpResponse:
    """The address is the key: keep it out of caches, search engines and referrers."""
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
