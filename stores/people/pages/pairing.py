"""A browser becomes a tablet: it shows a code, a manager approves it elsewhere."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from omniretail.kernel import clock
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.pages import actor_of, command, go, remember
from omniretail.kernel.pairing import PairingNotFound, deny_pairing, find_pairing
from stores.network.operations import (
    finish_browser_pairing,
    pair_device,
    start_browser_pairing,
)
from stores.network.queries import all_stores, get_store
from stores.people.pages.access import device_of, remember_device, staff_of
from stores.people.queries import require
from stores.people.roles import STAFF_MANAGE

PAIRING_COOKIE = "pairing"
_SALT = "stores.pairing"


@require_GET
def pair(request: HttpRequest) -> HttpResponse:
    """Show the code to approve; a browser that is paired goes on to work."""
    if device_of(request) is not None:
        return redirect("tablet-sign-in")
    asked = start_browser_pairing(at=clock.now())
    place = request.build_absolute_uri(reverse("tablet-pair-approve"))
    code = f"{asked.user_code[:4]} {asked.user_code[4:]}"
    response = render(request, "tablet/pair.html", {"code": code, "place": place})
    response.set_cookie(
        PAIRING_COOKIE,
        signing.dumps(asked.device_secret, salt=_SALT),
        expires=asked.ends_at,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


@require_GET
def pair_status(request: HttpRequest) -> HttpResponse:
    """Asked every few seconds by the page that shows the code."""
    try:
        secret = signing.loads(request.COOKIES.get(PAIRING_COOKIE, ""), salt=_SALT)
        device = finish_browser_pairing(device_secret=secret, at=clock.now())
    except (signing.BadSignature, PairingNotFound):
        return go(request, reverse("tablet-pair"))
    if device is None:
        return HttpResponse(status=204)
    response = go(request, reverse("tablet-sign-in"))
    response.delete_cookie(PAIRING_COOKIE)
    remember_device(response, device, secure=request.is_secure())
    return response


def approve(request: HttpRequest) -> HttpResponse:
    """A manager (on a tablet at work, or in the admin) types the code and says where
    the new device stands."""
    at = clock.now()
    staff = staff_of(request, at)
    if staff is not None and staff.may(STAFF_MANAGE):
        remember(request, actor=staff.actor)
        stores = [staff.store]
    elif request.user.is_authenticated and request.user.is_staff:
        remember(request, actor=Actor(ActorKind.ADMIN, request.user.get_username()))
        stores = all_stores()
    else:
        return redirect(f"{reverse('admin:login')}?next={request.path}")
    facts: dict[str, Any] = {"stores": stores, "given": request.POST or request.GET}
    language = staff.language if staff is not None else translation.get_language()
    with translation.override(language):
        if request.method == "POST":
            return _decide(request, facts)
        return render(request, "tablet/pair_approve.html", facts)


def _refused(request: HttpRequest, error: Exception, facts: Any) -> HttpResponse:
    return render(
        request, "tablet/pair_approve.html", {**facts, "error": error}, status=422
    )


@command("devices.pair", refused=_refused)
def _decide(request: HttpRequest, facts: dict[str, Any]) -> HttpResponse:
    at = clock.now()
    user_code = request.POST.get("user_code", "")[:40]
    request.subject = f"pairing:{user_code}"  # type: ignore[attr-defined]
    find_pairing(user_code, at=at)
    if "deny" in request.POST:
        deny_pairing(user_code=user_code, at=at)
        messages.success(request, _("The device was turned away."))
        return redirect("tablet-pair-approve")
    by = actor_of(request)
    store_code = request.POST.get("store", "")[:32]
    require(by, STAFF_MANAGE, store_code, at)
    card = pair_device(
        user_code=user_code,
        store_code=store_code,
        kind=request.POST.get("kind", "TABLET")[:8],
        name=request.POST.get("name", "").strip()[:80] or _("Tablet"),
        by=by,
        at=at,
    )
    request.subject = f"device:{card.code}"  # type: ignore[attr-defined]
    messages.success(
        request,
        _("“%(name)s” is paired with %(store)s.")
        % {"name": card.name, "store": get_store(card.store_code).name},
    )
    return redirect("tablet-pair-approve")
