"""Why something is proposed, in the reader's language."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def reason_words(figures: Mapping[str, Any], *, store: str, origin: str) -> str:
    """What the place has, how fast it sells, and why these units come from there."""
    parts = [_has(figures, store), _sells(figures), _wants(figures)]
    if "spare" in figures:
        parts.append(_gives(figures, origin))
    elif figures.get("pack", 1) > 1:
        parts.append(_("Packs of %(pack)s.") % {"pack": figures["pack"]})
    return " ".join(part for part in parts if part)


def _has(figures: Mapping[str, Any], store: str) -> str:
    told = {"store": store, "lying": figures["lying"], "coming": figures["coming"]}
    if figures["coming"]:
        return _("%(store)s: %(lying)s free, %(coming)s on the way.") % told
    return _("%(store)s: %(lying)s free, nothing on the way.") % told


def _sells(figures: Mapping[str, Any]) -> str:
    per_day = Decimal(figures["per_day"])
    if not per_day:
        return _("It did not sell lately.")
    pace = number_format(per_day.quantize(Decimal("0.01")), 2)
    days = figures["cover_days"]
    return ngettext(
        "It sells %(pace)s a day: enough for %(days)s day.",
        "It sells %(pace)s a day: enough for %(days)s days.",
        days,
    ) % {"pace": pace, "days": days}


def _wants(figures: Mapping[str, Any]) -> str:
    return _("Order at %(point)s, fill up to %(target)s.") % {
        "point": figures["reorder_point"],
        "target": figures["target"],
    }


def _gives(figures: Mapping[str, Any], origin: str) -> str:
    told = {
        "origin": origin,
        "spare": figures["spare"],
        "weeks": figures["weeks"],
        "km": figures["distance_km"],
    }
    if figures["weeks"] is None:
        return _("%(origin)s can give %(spare)s, %(km)s km away.") % told
    return (
        _("%(origin)s, %(km)s km away, has %(spare)s more than %(weeks)s weeks need.")
        % told
    )
