"""The first page of the admin: today's score per store and channel."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from omniretail.kernel import clock
from omniretail.kernel.market import reader_language
from stores.kpi import queries, sparks
from stores.kpi.amounts import whole_amount
from stores.kpi.channels import channel_name
from stores.kpi.queries import Day, Figures, StoreScore

_STORES_SHOWN = 12
_DAYS = 14
_ACCENT = "var(--color-primary-600)"
_PALE = "var(--color-base-300)"
_GREY = "#7b8494"
# Bars lie, so that names of stores stand beside them in full; they begin at zero.
_OPTIONS: dict[str, Any] = {
    "indexAxis": "y",
    "animation": False,
    "responsive": True,
    "maintainAspectRatio": False,
    "maxBarThickness": 14,
    "datasets": {"bar": {"borderRadius": 3}},
    "plugins": {
        "legend": {
            "align": "end",
            "labels": {"boxHeight": 8, "boxWidth": 8, "color": _GREY},
        }
    },
    "scales": {
        "x": {
            "beginAtZero": True,
            "border": {"width": 0},
            "ticks": {"color": _GREY, "maxTicksLimit": 4, "maxRotation": 0},
        },
        "y": {
            "border": {"width": 0},
            "grid": {"display": False},
            "ticks": {"color": _GREY},
        },
    },
}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the score to what the page is made of."""
    at = clock.now()
    today = queries.today(at)
    day = queries.day(today)
    week_ago = queries.day(today - timedelta(days=7))
    stores = sorted(
        day.by_store, key=lambda one: one.figures.net_sales_amount, reverse=True
    )
    history = queries.net_sales_by_day(today, days=_DAYS)
    language = reader_language()
    context.update(
        score_day=day,
        score_tiles=_tiles(day, week_ago, language),
        score_spark=sparks.points_of(history),
        score_stores=stores,
        score_store_chart=_store_chart(stores[:_STORES_SHOWN], week_ago),
        score_channel_chart=_channel_chart(day),
        score_chart_options=json.dumps(_OPTIONS | {"locale": language}),
        score_channels=[(channel_name(c), f) for c, f in sorted(day.by_channel.items())],
    )
    return context


def _tiles(day: Day, week_ago: Day, language: str) -> list[dict[str, str]]:
    def money(amount: Any) -> str:
        return whole_amount(amount, day.currency, language)

    def tile(label: str, now: str, before: str) -> dict[str, str]:
        return {"label": label, "value": now, "before": before}

    now, before = day.company, week_ago.company
    online, online_before = day.online, week_ago.online
    return [
        tile(_("Net sales"), money(now.net_sales_amount), money(before.net_sales_amount)),
        tile(_("Orders"), str(now.orders), str(before.orders)),
        tile(
            _("Online team"),
            money(online.net_sales_amount),
            money(online_before.net_sales_amount),
        ),
        tile(_("Pickups on time"), _percent(now), _percent(before)),
        tile(_("Time to ready"), _minutes(now), _minutes(before)),
        tile(_("Refunds"), money(now.refunds_amount), money(before.refunds_amount)),
    ]


def _percent(figures: Figures) -> str:
    percent = figures.on_time_percent
    return "—" if percent is None else f"{percent} %"


def _minutes(figures: Figures) -> str:
    minutes = figures.ready_minutes
    return "—" if minutes is None else _("%(n)s min") % {"n": minutes}


def _store_chart(stores: Sequence[StoreScore], week_ago: Day) -> str:
    before = {one.code: one.figures.net_sales_amount for one in week_ago.by_store}
    return json.dumps(
        {
            "labels": [one.name for one in stores],
            "datasets": [
                {
                    "label": _("Today"),
                    "data": [str(one.figures.net_sales_amount) for one in stores],
                    "backgroundColor": _ACCENT,
                },
                {
                    "label": _("A week ago"),
                    "data": [str(before.get(one.code, 0)) for one in stores],
                    "backgroundColor": _PALE,
                },
            ],
        },
        ensure_ascii=False,
    )


def _channel_chart(day: Day) -> str:
    channels = sorted(
        day.by_channel.items(), key=lambda one: one[1].net_sales_amount, reverse=True
    )
    return json.dumps(
        {
            "labels": [channel_name(channel) for channel, _figures in channels],
            "datasets": [
                {
                    "label": _("Net sales"),
                    "data": [str(figures.net_sales_amount) for _c, figures in channels],
                    "backgroundColor": _ACCENT,
                }
            ],
        },
        ensure_ascii=False,
    )
