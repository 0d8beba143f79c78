"""Icons, links that may not exist yet, time left in words, names of roles."""

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.http.request import split_domain_port
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from omniretail.kernel import clock
from omniretail.kernel.market import reader_language
from omniretail.kernel.money import Money
from stores.kpi.amounts import whole_amount
from stores.kpi.channels import channel_name
from stores.people.models import StoreAssignment
from stores.work import urgency

register = template.Library()

_NAVIGATION = (
    ("tablet-work", "work", pgettext_lazy("tablet place", "Work")),
    ("tablet-find", "find", pgettext_lazy("tablet place", "Find")),
    ("tablet-sell", "sell", pgettext_lazy("tablet place", "Sell")),
    ("tablet-return", "return", pgettext_lazy("tablet place", "Return")),
    ("tablet-stock", "stock", pgettext_lazy("tablet place", "Stock")),
    ("tablet-me", "me", pgettext_lazy("tablet place", "Me")),
)

# A customer is found like an article; the page has no place of its own.
_BELONGS = {"tablet-customers": "tablet-find"}

_WEEK = 6
_URGENCY_ICONS = {"calm": "clock", "soon": "hourglass", "late": "late"}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A symbol of our sprite; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        extra,
        _sprite(),
        name,
    )


@cache
def _sprite() -> str:
    """Where the sprite is; a page shows hundreds of symbols, and it never moves."""
    return static("omniretail/sprite.svg")


@register.simple_tag
def place_of(name: str, *arguments: object) -> str:
    """The address of a page, or nothing where no such page exists."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("tablet/includes/nav.html", takes_context=True)
def navigation(context: dict[str, Any]) -> dict[str, Any]:
    """The six places of the tablet, the present one marked."""
    here = _place_at(context["request"].path)
    places = [
        {"url": url, "icon": symbol, "label": label, "here": name == here}
        for name, symbol, label in _NAVIGATION
        if (url := place_of(name))
    ]
    return {"places": places, "staff": context.get("staff")}


def _place_at(path: str) -> str:
    """The place a page belongs to, or nothing."""
    homes = {name: name for name, _symbol, _label in _NAVIGATION} | _BELONGS
    under = (name for name in homes if (url := place_of(name)) and path.startswith(url))
    return homes.get(next(under, ""), "")


@register.inclusion_tag("tablet/includes/due.html")
def due(due_at: datetime, now: datetime | None = None) -> dict[str, Any]:
    """Time left, in words, colour and shape."""
    now = now or clock.now()
    state = urgency.urgency_of(due_at, now)
    return {
        "state": state,
        "icon": _URGENCY_ICONS[state],
        "words": time_left(due_at, now),
        "due_at": due_at,
    }


@register.filter
def time_left(due_at: datetime, now: datetime | None = None) -> str:
    """ "20 min", "2 h 05 min", "40 min late", "Fri 20:00"."""
    left = urgency.time_left(due_at, now or clock.now())
    facts = {"hours": left.hours, "minutes": left.minutes}
    if left.days:
        near = left.days < _WEEK
        return date_format(timezone.localtime(due_at), "D H:i" if near else "j M")
    words = _("%(hours)s h %(minutes)02d min") if left.hours else _("%(minutes)s min")
    if left.is_over:
        return _("%(time)s late") % {"time": words % facts}
    return words % facts


@register.filter
def when(at: datetime) -> str:
    """A moment in the reader's zone: "14:20" today, else with its day."""
    here, today = timezone.localtime(at), timezone.localtime(clock.now())
    if here.date() == today.date():
        return date_format(here, "H:i")
    return date_format(here, "j E, H:i" if here.year == today.year else "j E Y, H:i")


@register.filter
def signed(number: int) -> str:
    """A change with its sign: +14, −1."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{abs(number)}"


@register.filter
def role_name(role: str) -> str:
    """The role as people call it."""
    return str(dict(StoreAssignment.Role.choices).get(role, role))


register.filter("channel_name", channel_name)


@register.filter
def money_whole(amount: Decimal, currency: str) -> str:
    """A large amount for a board: no kopecks."""
    return whole_amount(amount, currency, reader_language())


@register.filter
def money(amount: Any, currency: str = "") -> str:
    """An amount as the reader's language writes it; a bare number needs a currency."""
    if isinstance(amount, Money):
        return amount.format(reader_language())
    return Money(amount, currency).format(reader_language())


@register.simple_tag(takes_context=True)
def live_address(context: dict[str, Any]) -> str:
    """Where the live socket is, if not on this page's own origin. Of a port alone the host
    is the one by which the page was asked for: its cookies go nowhere else."""
    told = str(settings.LIVE_URL)
    if not told.startswith(":"):
        return told
    request = context["request"]
    host, _port = split_domain_port(request.get_host())
    return f"{'wss' if request.is_secure() else 'ws'}://{host}{told}"
