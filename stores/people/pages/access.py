"""Who stands at the tablet: two cookies, one for the device, one for the person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation

from omniretail.kernel import clock
from omniretail.kernel.actors import Actor
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import go
from stores.network.models import Device
from stores.people.operations import touch_session
from stores.people.queries import SessionEnded, find_session
from stores.people.staff import StaffMember

DEVICE_COOKIE = "tablet"
STAFF_COOKIE = "staff"
BACKGROUND = "X-Background"
_SALT = "stores.tablet"
_YEAR = timedelta(days=365)
_TOUCH_EVERY = timedelta(seconds=20)


class StaffRequest(HttpRequest):
    """A request on a tablet with somebody signed in."""

    staff: StaffMember
    actor: Actor
    at: datetime
    is_taken_over: bool
    htmx: Any


@dataclass(frozen=True)
class Badge:
    """What the device cookie says: which device, and since which pairing."""

    device_code: str
    paired_at: datetime


View = Callable[..., HttpResponse]


def staff_page(permission: str | None = None) -> Callable[[View], View]:
    """A page for staff: sets `request.staff`, `request.actor` and `request.at`, and
    answers in the employee's language and the store's time.

    Nobody signed in, or the tablet left alone too long: to the PIN page and back again.
    Not paired: to the pairing page. Without the permission: a page that says so (403).
    Requests a page makes by itself (header X-Background) do not count as somebody
    being there.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            at = clock.now()
            staff = staff_of(request, at)
            if staff is None or staff.is_locked or _is_idle(staff, at):
                return _to_sign_in(request, staff)
            _note_presence(request, staff, at)
            known = cast(StaffRequest, request)
            known.staff, known.actor, known.at = staff, staff.actor, at
            with (
                translation.override(staff.language),
                timezone.override(staff.store.time_zone),
            ):
                request.LANGUAGE_CODE = staff.language
                if permission is not None and not staff.may(permission):
                    return render(request, "tablet/not_yours.html", status=403)
                return view(request, *args, **kwargs)

        return guarded

    return decorate


def staff_of(request: HttpRequest, at: datetime) -> StaffMember | None:
    """Who is signed in on this browser; nobody, if either cookie is missing or void."""
    badge = badge_of(request.COOKIES.get(DEVICE_COOKIE))
    secret = request.COOKIES.get(STAFF_COOKIE)
    return staff_with(badge, secret, at)


def staff_with(badge: Badge | None, secret: str | None, at: datetime) -> StaffMember | None:
    """Who holds these two cookies; sockets read them without a request."""
    if badge is None or not secret:
        return None
    try:
        return find_session(secret, badge.device_code, at, paired_at=badge.paired_at)
    except SessionEnded:
        return None


def badge_of(cookie: str | None) -> Badge | None:
    """The device cookie read and its signature checked."""
    if not cookie:
        return None
    try:
        code, paired_at = signing.loads(cookie, salt=_SALT)
        return Badge(str(code), datetime.fromisoformat(paired_at))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def device_of(request: HttpRequest) -> Device | None:
    """The paired device this browser is."""
    badge = badge_of(request.COOKIES.get(DEVICE_COOKIE))
    if badge is None:
        return None
    devices = Device.objects.paired().select_related("store")
    return devices.filter(code=badge.device_code, paired_at=badge.paired_at).first()


def remember_device(response: HttpResponse, device: Device, *, secure: bool) -> None:
    """Make this browser the device, for a year or until it is unpaired."""
    badge = signing.dumps((device.code, device.paired_at.isoformat()), salt=_SALT)
    response.set_cookie(
        DEVICE_COOKIE,
        badge,
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def remember_staff(response: HttpResponse, secret: str, *, secure: bool) -> None:
    """Keep the session's secret until the browser is closed."""
    response.set_cookie(STAFF_COOKIE, secret, httponly=True, samesite="Lax", secure=secure)


def _is_idle(staff: StaffMember, at: datetime) -> bool:
    return at - staff.seen_at > limits().staff_idle_lock


def _note_presence(request: HttpRequest, staff: StaffMember, at: datetime) -> None:
    if BACKGROUND not in request.headers and at - staff.seen_at > _TOUCH_EVERY:
        touch_session(session_id=staff.session_id, at=at)


def _to_sign_in(request: HttpRequest, staff: StaffMember | None) -> HttpResponse:
    if staff is None:
        place = reverse("tablet-sign-in")
    else:
        place = reverse("tablet-pin", args=[staff.code])
    if request.method == "GET" and BACKGROUND not in request.headers:
        place += "?" + urlencode({"next": request.get_full_path()})
    return go(request, place)
