"""Places: each row is handed down to the stores floor, which knows what a place is."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from inventory.feeds.landing.outcome import Landing
from inventory.feeds.shapes import Refusal
from inventory.feeds.staging import Stage
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from stores.network.operations import StoreDetails, save_store
from stores.network.queries import get_stores


def check(stage: Stage, *, at: datetime) -> None:
    """Nothing to look at beforehand: the stores floor judges each row."""
    del at


def land(
    stage: Stage, first: int, behind: int, *, reference: str, by: Actor, at: datetime
) -> Landing:
    """Open new places and change those that differ."""
    del reference
    rows = _staged(stage, first, behind)
    known = get_stores([row["code"] for row in rows])
    landing = Landing()
    for row in rows:
        line = row.pop("line")
        place = known.get(row["code"])
        if place is not None and row.items() <= _plain(place).items():
            landing += Landing(landed=1)
            continue
        try:
            with transaction.atomic():
                save_store(details=StoreDetails(**row), by=by, at=at)
            landing += Landing(landed=1, changed=1)
        except DomainError as error:
            field = error.field or ""
            value = str(row.get(field, ""))[:100]
            stage.refuse([Refusal(line, field, value, error.title)])
    return landing


def _plain(place: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(place).items() if name != "hours"}


def _staged(stage: Stage, first: int, behind: int) -> list[dict[str, Any]]:
    names = ["line", *(column.name for column in stage.shape.columns)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(names)} FROM feed_stage"  # noqa: S608 - our own columns
            " WHERE line >= %s AND line < %s ORDER BY line",
            [first, behind],
        )
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
