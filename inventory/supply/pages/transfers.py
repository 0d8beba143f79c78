"""Tablet: the transfers of a place, each with the one thing to do next."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.stock.serial_numbers import listed
from inventory.supply import operations
from inventory.supply.models import Transfer
from inventory.supply.pages.frame import staff_request
from inventory.supply.queries import (
    TransferNotFound,
    TransferView,
    awaited,
    transfer_view,
    transfer_views,
    with_lots,
)
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command, remember
from stores.people.pages import staff_page
from stores.people.roles import SUPPLY_APPROVE, SUPPLY_MOVE
from stores.people.staff import StaffMember

_SHOWN = 50


@staff_page(SUPPLY_MOVE)
@require_GET
def transfers(request: HttpRequest) -> HttpResponse:
    """What leaves here or is asked for, the latest first."""
    store = staff_request(request).staff.store.code
    rows = Transfer.objects.touching(store).order_by("-requested_at", "-pk")[:_SHOWN]
    facts = {"rows": transfer_views(rows), "store": store}
    return render(request, "tablet/transfers.html", facts)


@staff_page(SUPPLY_MOVE)
@require_GET
def transfer(request: HttpRequest, number: str) -> HttpResponse:
    """One transfer, and what to do with it."""
    staff = staff_request(request).staff
    view = _here(request, number)
    is_many = view.needs_second_person
    may_approve = staff.may(SUPPLY_APPROVE) and view.requested_by != staff.code
    facts = {
        "transfer": with_lots(view, at=staff_request(request).at),
        "leaves_here": view.source_code == staff.store.code,
        "may_approve": may_approve or not is_many,
        "may_write_off": staff.may(SUPPLY_APPROVE),
    }
    return render(request, "tablet/transfer.html", facts)


@staff_page(SUPPLY_MOVE)
@command("supply.approve")
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """The goods are kept for the other place."""
    operations.approve_transfer(**_acting(request, number))
    messages.success(request, _("Approved. The goods are kept for it."))
    return redirect("tablet-stock-transfer", number)


@staff_page(SUPPLY_MOVE)
@command("supply.dispatch")
def send_off(request: HttpRequest, number: str) -> HttpResponse:
    """The goods leave."""
    acting = _acting(request, number)
    serials = {
        line.sku_code: found
        for index, line in enumerate(_here(request, number).lines)
        for text in [request.POST.get(f"serials-{index}", "")]
        if (found := listed(text, limits().line_serials))
    }
    operations.dispatch_transfer(**acting, serials=serials)
    messages.success(request, _("On its way."))
    return redirect("tablet-stock-transfers")


@staff_page(SUPPLY_MOVE)
@command("supply.cancel")
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Nothing will be sent."""
    reason = request.POST.get("reason", "")[:200]
    operations.cancel_transfer(**_acting(request, number), reason=reason)
    return redirect("tablet-stock-transfers")


@staff_page(SUPPLY_APPROVE)
@command("supply.write_off")
def write_off(request: HttpRequest, number: str) -> HttpResponse:
    """The rest will not come."""
    reason = request.POST.get("reason", "")[:200]
    operations.write_off_transfer(**_acting(request, number), reason=reason)
    return redirect("tablet-stock-transfer", number)


def resolve_document(code: str, staff: StaffMember) -> str | None:
    """A delivery note or transfer that comes here: receive it; one that leaves here:
    its page."""
    store = staff.store.code
    if awaited(store, code) is not None:
        return reverse("tablet-stock-receive-for", args=[code])
    try:
        transfer_view(code, store_code=store)
    except TransferNotFound:
        return None
    return reverse("tablet-stock-transfer", args=[code])


def _here(request: HttpRequest, number: str) -> TransferView:
    try:
        return transfer_view(number, store_code=staff_request(request).staff.store.code)
    except TransferNotFound as error:
        raise Http404 from error


def _acting(request: HttpRequest, number: str) -> dict[str, Any]:
    asked = staff_request(request)
    _here(request, number)
    remember(request, subject=f"transfer:{number}")
    return {"number": number, "by": asked.actor, "at": asked.at}
