"""Signing in with a PIN, switching to a colleague, locking, leaving."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from omniretail.kernel import clock
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.errors import DomainError
from omniretail.kernel.pages import command, remember
from stores.network.models import Device
from stores.people import operations, queries
from stores.people.pages import access
from stores.people.staff import Tile

REMEMBERED_LANGUAGE = "django_language"


def sign_in(request: HttpRequest) -> HttpResponse:
    """Faces to tap: who is at work in this store today."""
    device = access.device_of(request)
    if device is None:
        return redirect("tablet-pair")
    at = clock.now()
    facts = {
        "device": device,
        "tiles": queries.tiles(device.store.code, at),
        "staff_now": access.staff_of(request, at),
        "next": _next(request),
        "now": at,
    }
    with timezone.override(device.store.time_zone):
        return render(request, "tablet/sign_in.html", facts)


def pin(request: HttpRequest, code: str) -> HttpResponse:
    """The PIN pad of one employee."""
    device = access.device_of(request)
    if device is None:
        return redirect("tablet-pair")
    if request.method == "POST":
        actor = Actor(ActorKind.DEVICE, device.code, device.name, device.code)
        remember(request, actor=actor, subject=f"employee:{code}"[:150])
        return _begin(request, code, device)
    return _pad(request, code, device)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """The tablet is put down: the PIN first, then everything as it was."""
    staff = access.staff_of(request, clock.now())
    if staff is None:
        return redirect("tablet-sign-in")
    operations.lock_session(session_id=staff.session_id, at=clock.now())
    place = reverse("tablet-pin", args=[staff.code])
    return redirect(f"{place}?{urlencode({'next': _next(request)})}")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Done for today."""
    badge = access.badge_of(request.COOKIES.get(access.DEVICE_COOKIE))
    secret = request.COOKIES.get(access.STAFF_COOKIE)
    if badge is not None and secret:
        operations.sign_out(secret=secret, device_code=badge.device_code, at=clock.now())
    response = redirect("tablet-sign-in")
    response.delete_cookie(access.STAFF_COOKIE)
    return response


def _refused(
    request: HttpRequest, error: DomainError, code: str, device: Device
) -> HttpResponse:
    return _pad(request, code, device, error=error, status=403)


@command("staff.sign_in", staged=True, refused=_refused)
def _begin(request: HttpRequest, code: str, device: Device) -> HttpResponse:
    at = clock.now()
    begun = operations.sign_in(
        employee_code=code,
        pin=request.POST.get("pin", "")[:16],
        device_code=device.code,
        at=at,
    )
    response = redirect(_next(request))
    access.remember_staff(response, begun.secret, secure=request.is_secure())
    response.set_cookie(
        REMEMBERED_LANGUAGE, begun.staff.language, max_age=31_536_000, samesite="Lax"
    )
    return response


def _pad(
    request: HttpRequest,
    code: str,
    device: Device,
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    tile = _tile(device.store.code, code)
    facts = {
        "device": device,
        "tile": tile,
        "error": error,
        "next": _next(request),
        "now": at,
    }
    with (
        translation.override(queries.language_of(code) or translation.get_language()),
        timezone.override(device.store.time_zone),
    ):
        return render(request, "tablet/pin.html", facts, status=status)


def _tile(store_code: str, code: str) -> Tile:
    for tile in queries.tiles(store_code, clock.now()):
        if tile.code == code:
            return tile
    raise Http404


def _next(request: HttpRequest) -> str:
    place = request.POST.get("next") or request.GET.get("next") or ""
    if place and url_has_allowed_host_and_scheme(place, {request.get_host()}):
        return place
    return reverse("tablet-work")
