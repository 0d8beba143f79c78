"""What every page about a bag needs: the bag, and where to go next."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from omniretail.kernel.pages import remember
from orders.fulfilment.queries import FulfilmentNotFound, FulfilmentView, fulfilment_view
from stores.people.pages import StaffRequest
from stores.work.operations import finish_work


def staff_request(request: HttpRequest) -> StaffRequest:
    """The request of somebody signed in (the decorator saw to that)."""
    return cast(StaffRequest, request)


def bag_here(request: HttpRequest, number: str) -> FulfilmentView:
    """The bag if it stands in this store; foreign means absent."""
    store = staff_request(request).staff.store
    remember(request, subject=f"fulfilment:{number}")
    try:
        return fulfilment_view(number, store_code=store.code)
    except FulfilmentNotFound as error:
        raise Http404 from error


def page_for(bag: FulfilmentView) -> str:
    """The page that does what the bag needs next."""
    if bag.is_to_be_picked:
        return reverse("tablet-pick", args=[bag.number])
    name = "tablet-pack" if bag.kind == "SHIP" else "tablet-handover"
    return reverse(name, args=[bag.number])


def off_the_list(request: HttpRequest, number: str, *kinds: str) -> None:
    """The clerk who has just done it does not find it in the queue again. What is done
    by another door leaves the queue with its fact, a moment later."""
    asked = staff_request(request)
    for kind in kinds:
        finish_work(kind=kind, reference=number, by=asked.actor.key, at=asked.at)


def scanned(response: HttpResponse, *, good: bool = True) -> HttpResponse:
    """Let the tablet play the tone that fits; the words stand on the page itself."""
    response["HX-Trigger"] = "scan-good" if good else "scan-bad"
    return response
