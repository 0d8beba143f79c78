"""Work: the queue on the tablet, scanning from anywhere, and Me."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from omniretail.kernel.limits import limits
from omniretail.kernel.market import own_names
from omniretail.kernel.pages import command, remember
from stores.network.queries import find_device
from stores.people import operations as people
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import WORK_PICK
from stores.work import operations, queries, scanning
from stores.work.models import WorkItem

DONE = {
    WorkItem.Kind.PICK: gettext_lazy("Picked"),
    WorkItem.Kind.HANDOVER: gettext_lazy("Handed over"),
    WorkItem.Kind.PACK: gettext_lazy("Packed"),
    WorkItem.Kind.SHIP: gettext_lazy("Given to carriers"),
}


@staff_page()
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The tablet's front page is the work."""
    return redirect("tablet-work")


@staff_page(WORK_PICK)
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """The queue, most pressing first; only its list when the page asks for that."""
    asked = cast(StaffRequest, request)
    kind = request.GET.get("kind")
    kind = kind if kind in WorkItem.Kind.values else None
    store = asked.staff.store
    counts = queries.open_counts(store.code)
    facts = {
        "rows": queries.open_rows(store.code, asked.at, kind=kind),
        "kind": kind,
        "tabs": [(one.value, one.label, counts.get(one.value, 0)) for one in WorkItem.Kind],
        "total": sum(counts.values()),
        "now": asked.at,
        "live_trigger": f"live:work.{store.code} from:body, every 30s",
    }
    part = (
        "tablet/work_list.html" if request.headers.get("HX-Request") else "tablet/work.html"
    )
    return render(request, part, facts)


@staff_page(WORK_PICK)
@command("work.take")
def take(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """I am on it."""
    asked = cast(StaffRequest, request)
    remember(request, subject=f"work:{kind}:{reference}")
    operations.take_work(kind=kind, reference=reference, by=asked.actor, at=asked.at)
    return redirect("tablet-work")


@staff_page(WORK_PICK)
@command("work.put_back")
def put_back(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """Somebody else may have it."""
    asked = cast(StaffRequest, request)
    remember(request, subject=f"work:{kind}:{reference}")
    operations.put_back_work(kind=kind, reference=reference, by=asked.actor, at=asked.at)
    return redirect("tablet-work")


@staff_page()
@require_POST
def scan(request: HttpRequest) -> JsonResponse:
    """Where does this code lead?"""
    code = request.POST.get("code", "").strip()[: limits().search_length]
    place = scanning.place_of(code, cast(StaffRequest, request).staff)
    if place is None:
        words = _("“%(code)s” is not known here.") % {"code": code}
        return JsonResponse({"url": None, "words": words})
    return JsonResponse({"url": place})


@staff_page()
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here, and what I have done today."""
    asked = cast(StaffRequest, request)
    done = queries.done_by(asked.staff.code, asked.staff.store, asked.at)
    device = find_device(asked.staff.device_code)
    facts = {
        "device_name": device.name if device else asked.staff.device_code,
        "done": [(label, done.get(kind, 0)) for kind, label in DONE.items()],
        "languages": own_names(),
    }
    return render(request, "tablet/me.html", facts)


@staff_page()
@command("staff.choose_language")
def choose_language(request: HttpRequest) -> HttpResponse:
    """From now on in another language."""
    asked = cast(StaffRequest, request)
    response = redirect("tablet-me")
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        people.choose_language(
            employee_code=asked.staff.code, language=language, by=asked.actor, at=asked.at
        )
        response.set_cookie("django_language", language, max_age=31_536_000, samesite="Lax")
    return response
