"""The live board: today's score for managers and the online team."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from omniretail.kernel import clock
from stores.kpi import queries, sparks
from stores.people.pages.access import staff_of
from stores.people.roles import HEAD_OFFICE, KPI_READ, OPERATOR
from stores.people.staff import StaffMember

SPARK_DAYS = 14


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Today by store and by channel; a store manager sees the own store."""
    at = clock.now()
    staff = staff_of(request, at)
    if staff is not None and not staff.is_locked and staff.may(KPI_READ):
        with translation.override(staff.language):
            return _board(request, staff)
    if request.user.is_authenticated and request.user.is_staff:
        return _board(request, None)
    return redirect(f"{reverse('admin:login')}?next={request.path}")


def _board(request: HttpRequest, staff: StaffMember | None) -> HttpResponse:
    stores = _stores_of(staff)
    at = clock.now()
    store_code = next(iter(stores)) if stores else None
    today = queries.today(at, store_code)
    now = queries.day(today, store_codes=stores)
    week_ago = queries.day(today - timedelta(days=7), store_codes=stores)
    history = queries.net_sales_by_day(today, days=SPARK_DAYS, store_codes=stores)
    most = max((one.figures.net_sales_amount for one in now.by_store), default=0)
    facts = {
        "day": now,
        "week_ago": week_ago,
        "spark": sparks.points_of(history),
        "most": most,
        "now": at,
        "staff": staff,
        "channels": sorted(
            now.by_channel.items(), key=lambda one: one[1].net_sales_amount, reverse=True
        ),
        "stores": sorted(
            now.by_store, key=lambda one: one.figures.net_sales_amount, reverse=True
        ),
    }
    is_part = bool(request.headers.get("HX-Request"))
    page = "board/figures.html" if is_part else "board/board.html"
    zone = staff.store.time_zone if staff else settings.HEAD_OFFICE_ZONE
    with timezone.override(zone):
        return render(request, page, facts)


def _stores_of(staff: StaffMember | None) -> set[str] | None:
    """Head office and the online team look at all stores."""
    if staff is None or staff.roles & {HEAD_OFFICE, OPERATOR}:
        return None
    return {staff.store.code}
