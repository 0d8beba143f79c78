"""System checks: the front door's two tables have no dead rows, its settings are known."""

from collections.abc import Iterator, Sequence
from zoneinfo import available_timezones

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from omniretail.contracts.base import Fact
from omniretail.kernel.laws import all_laws


@register()
def every_subscription_resolves(
    app_configs: Sequence[AppConfig] | None, **_kwargs: object
) -> list[CheckMessage]:
    """Each fact name is a known fact, each reaction can be called."""
    table: dict[str, list[str]] = import_string("omniretail.subscriptions.REACTIONS")
    return [
        *(
            Error(f"subscriptions.py: no fact is called {name!r}", id="kernel.E001")
            for name in table
            if name not in Fact.registry
        ),
        *_dead(
            ((name, dotted) for name, row in table.items() for dotted in row),
            "subscriptions.py",
            "kernel.E002",
        ),
    ]


@register()
def every_law_resolves(
    app_configs: Sequence[AppConfig] | None, **_kwargs: object
) -> list[CheckMessage]:
    """Each law has a query that can be called."""
    rows = ((key, law.query) for key, law in all_laws().items())
    return list(_dead(rows, "laws", "kernel.E003"))


@register()
def head_office_has_a_zone(
    app_configs: Sequence[AppConfig] | None, **_kwargs: object
) -> list[CheckMessage]:
    """The admin's clock can be set."""
    if settings.HEAD_OFFICE_ZONE in available_timezones():
        return []
    return [Error("HEAD_OFFICE_ZONE names no time zone", id="kernel.E004")]


def _dead(
    rows: Iterator[tuple[str, str]], where: str, check_id: str
) -> Iterator[CheckMessage]:
    for key, dotted in rows:
        try:
            target = import_string(dotted)
        except ImportError as error:
            yield Error(f"{where}: {key}: {dotted} does not resolve ({error})", id=check_id)
            continue
        if not callable(target):
            yield Error(f"{where}: {key}: {dotted} cannot be called", id=check_id)
