"""What a clerk would say about stock here and elsewhere."""

from datetime import datetime, tzinfo

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.stock.queries import PlaceStock

_SOON_MINUTES = 90


def ready_words(ready_at: datetime | None, now: datetime, zone: tzinfo) -> str:
    """ "ready in 40 min", "ready by 14:20", "ready Sat 11:00"."""
    if ready_at is None:
        return ""
    minutes = max(1, round((ready_at - now).total_seconds() / 60))
    if minutes <= _SOON_MINUTES:
        return _("ready in %(minutes)s min") % {"minutes": minutes}
    local = ready_at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return _("ready by %(time)s") % {"time": date_format(local, "H:i")}
    return _("ready %(day)s") % {"day": date_format(local, "D j M, H:i")}


def distance_words(kilometres: float | None) -> str:
    """ "800 m", "1.2 km", "640 km", on one line."""
    return _distance(kilometres).replace(" ", "\xa0")


def _distance(kilometres: float | None) -> str:
    if kilometres is None:
        return ""
    if kilometres < 1:
        return _("%(metres)s m") % {"metres": max(50, round(kilometres * 20) * 50)}
    tens = 1 if kilometres < 9.95 else 0
    shown = number_format(round(kilometres, tens), tens, force_grouping=True)
    return _("%(distance)s km") % {"distance": shown}


def headline(here: int, nearest: PlaceStock | None, now: datetime, zone: tzinfo) -> str:
    """ "3 here", or where the nearest are and when they are ready."""
    if here:
        return ngettext("%(units)s here", "%(units)s here", here) % {"units": here}
    if nearest is None:
        return _("Not here, and nowhere else.")
    facts = {
        "units": nearest.available,
        "place": nearest.place.name,
        "distance": distance_words(nearest.distance_km),
        "ready": ready_words(nearest.ready_at, now, zone),
    }
    return _("Not here. %(units)s in %(place)s, %(distance)s, %(ready)s") % facts
