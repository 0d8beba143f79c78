"""Words of the customer's page: moments, hours, steps."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_day_names
from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from omniretail.kernel import clock
from omniretail.kernel.market import reader_language
from orders.checkout.customer_view import BagPage

register = template.Library()

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = re.compile(r"\b(" + "|".join(_DAYS) + r")\b")


@register.filter
def moment(at: datetime, time_zone: str) -> str:
    """A moment in the store's own time: today's as 14:20, others with their day."""
    zone = ZoneInfo(time_zone)
    here = at.astimezone(zone)
    if here.date() == clock.now().astimezone(zone).date():
        return format_datetime(here, "HH:mm", locale=reader_language())
    pattern = pgettext("pattern of a day and a time", "EEE d MMMM, HH:mm")
    return format_datetime(here, pattern, locale=reader_language())


@register.filter
def day_and_time(at: datetime, time_zone: str) -> str:
    """A deadline in the store's own time, always with its day."""
    pattern = pgettext("pattern of a deadline", "EEEE d MMMM, HH:mm")
    here = at.astimezone(ZoneInfo(time_zone))
    return format_datetime(here, pattern, locale=reader_language())


@register.filter
def weekly(opening_hours: str) -> str:
    """Opening hours for people: "Mo-Su 10:00-22:00" as "Mon–Sun 10:00–22:00"."""
    names = get_day_names("abbreviated", locale=reader_language())
    words = _DAY.sub(lambda day: names[_DAYS.index(day[0])].capitalize(), opening_hours)
    return words.replace("-", "–").replace(";", ",").replace("PH off", "").strip(" ,")


@register.simple_tag
def headline(page: BagPage) -> str:
    """What is happening now, in a few words."""
    words = {
        "ALLOCATED": _("The store has your order"),
        "PICKING": _("We are putting it together"),
        "READY": _("Ready to collect"),
        "COLLECTED": _("You have it"),
        "PACKED": _("Packed, waiting for the carrier"),
        "SHIPPED": _("On its way to you"),
        "DELIVERED": _("Delivered"),
        "CANCELLED": _("Called off"),
        "EXPIRED": _("Not collected in time"),
    }
    return _("It takes longer than promised") if page.is_late else words[page.state]


@register.simple_tag
def step_name(state: str) -> str:
    """A step of the way, in a word."""
    return {
        "ALLOCATED": pgettext("step", "Placed"),
        "PICKING": pgettext("step", "Prepared"),
        "READY": pgettext("step", "Ready"),
        "COLLECTED": pgettext("step", "Collected"),
        "SHIPPED": pgettext("step", "On its way"),
        "DELIVERED": pgettext("step", "Delivered"),
    }[state]


@register.simple_tag
def tone(page: BagPage) -> str:
    """The colour of the state; the words say it too."""
    if page.is_late:
        return "warn"
    if page.state in {"READY", "COLLECTED", "DELIVERED"}:
        return "good"
    if page.state in {"CANCELLED", "EXPIRED"}:
        return "bad"
    return "info"


@register.simple_tag
def map_address(page: BagPage) -> str:
    """Where the store lies, for whatever map the phone opens."""
    return f"geo:{page.place.latitude},{page.place.longitude}?q={_query(page)}"


def _query(page: BagPage) -> str:
    place: Any = page.place
    return f"{place.latitude},{place.longitude}({place.name})".replace(" ", "+")
