"""When holds were to end at a past moment, as far as it was written down."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from inventory.promises.models import HoldEnd, Promise


def ends_then(promises: Iterable[Promise], at: datetime) -> dict[int, datetime | None]:
    """The end that each of these had at that moment, by its key: what it says now, or
    what an extension or a payment wrote over since. None: that is not known."""
    rows = list(promises)
    changed = {row.pk: row for row in rows if _changed_at(row) > at}
    past = _written_over({row.reference for row in changed.values()}, at)
    return {
        row.pk: (
            _before(past.get((row.reference, row.line), []), _changed_at(row))
            if row.pk in changed
            else row.ends_at
        )
        for row in rows
    }


def ends_known_since() -> datetime:
    """Since when the database has written down what ends holds had."""
    steps = MigrationRecorder(connection).migration_qs.filter(app="inventory")
    since: datetime = steps.get(name__endswith="_past_ends_of_holds").applied
    return since


def _changed_at(row: Promise) -> datetime:
    """When its end changed last; that it has one since it was made is no change."""
    return max(filter(None, (row.created_at, row.extended_at, row.allocated_at)))


def _written_over(
    references: set[str], at: datetime
) -> dict[tuple[str, str], list[HoldEnd]]:
    """What was written over after that moment, line by line, the first first."""
    found: dict[tuple[str, str], list[HoldEnd]] = {}
    if not references:
        return found
    ends = HoldEnd.objects.filter(reference__in=references, until__gt=at)
    for end in ends.order_by("until", "pk"):
        found.setdefault((end.reference, end.line), []).append(end)
    return found


def _before(ends: list[HoldEnd], changed_at: datetime) -> datetime | None:
    """The end that was written over next. What was written over later than the row
    changed is of another one, made under the same line afterwards."""
    return next((end.ends_at for end in ends if end.until <= changed_at), None)
