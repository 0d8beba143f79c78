"""Places: each row is handed down to the stores floor, which knows what a place is."""

from datetime import date, datetime
from typing import Any

from django.db import connection

from inventory.feeds.landing.outcome import Landing
from inventory.feeds.shapes import Refusal
from inventory.feeds.staging import Stage
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from stores.network.operations import change_store
from stores.network.queries import get_stores

_DAYS = {"opened_on", "closed_on"}


def check(stage: Stage, *, at: datetime) -> None:
    """Nothing to look at beforehand: the stores floor judges each row."""
    del at


def land(
    stage: Stage, first: int, behind: int, *, reference: str, by: Actor, at: datetime
) -> Landing:
    """Open new places and change those that differ; what a row does not tell about a
    place stays as it is known."""
    del reference
    usual = _read({one.name: one.default for one in stage.shape.columns if one.is_kept})
    rows = _staged(stage, first, behind)
    known = get_stores([row["code"] for row in rows])
    landing = Landing()
    for row in rows:
        line, told = row.pop("line"), _read(row)
        place = known.get(row["code"])
        if place is not None and told.items() <= _plain(place).items():
            landing += Landing(landed=1)
            continue
        try:
            changed = change_store(code=row["code"], told=told, usual=usual, by=by, at=at)
            landing += Landing(landed=1, changed=int(changed))
        except DomainError as error:
            field = error.field or ""
            value = str(told.get(field, ""))[:100]
            stage.refuse([Refusal(line, field, value, error.title)])
    return landing


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """What a row tells. NULL is what it does not tell; a day that is told to be none is
    empty."""
    told = {name: value for name, value in row.items() if value is not None}
    for name in _DAYS & told.keys():
        told[name] = date.fromisoformat(told[name]) if told[name] else None
    return told


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
