"""Laws: what must hold at all times, each a query for the rows that break it."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.utils.module_loading import import_string

from omniretail.kernel.limits import limits
from omniretail.kernel.models.journal import LawRun

Row = dict[str, object]


class When(StrEnum):
    """ALWAYS holds in every snapshot; REST once traffic stopped and queues drained."""

    ALWAYS = "always"
    REST = "rest"


@dataclass(frozen=True)
class Law:
    """One sentence, and the dotted query that returns the rows breaking it."""

    sentence: str
    when: When
    query: str


@dataclass(frozen=True)
class Verdict:
    """What one look at a law found."""

    law: str
    sentence: str
    seconds: float
    rows: list[Row] = field(default_factory=list)
    error: str = ""

    @property
    def holds(self) -> bool:
        return not self.rows and not self.error


def all_laws() -> dict[str, Law]:
    """The front door's table."""
    table: dict[str, Law] = import_string("omniretail.laws.LAWS")
    return table


def judge(
    law_ids: Iterable[str] | None = None, *, when: When | None = None
) -> list[Verdict]:
    """Look at the laws, all in one snapshot, so that traffic in between cannot make
    two sides of a sum disagree."""
    table = all_laws()
    chosen = [key for key in (law_ids or table) if when is None or table[key].when is when]
    if connection.in_atomic_block:
        return [_judge_one(key, table[key]) for key in chosen]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return [_judge_one(key, table[key]) for key in chosen]


def record_verdicts(verdicts: Iterable[Verdict], *, at: datetime) -> None:
    """Keep the last verdict of each law for the admin page."""
    for verdict in verdicts:
        LawRun.objects.update_or_create(
            law=verdict.law,
            defaults={
                "at": at,
                "seconds": verdict.seconds,
                "offending": len(verdict.rows),
                "rows": [{k: str(v) for k, v in row.items()} for row in verdict.rows],
                "error": verdict.error,
            },
        )


def rows_of(sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
    """Run a law's query; at most `limits().offending_rows` rows come back."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        columns = [column.name for column in cursor.description or ()]
        found = cursor.fetchmany(limits().offending_rows)
    return [dict(zip(columns, row, strict=True)) for row in found]


def _judge_one(key: str, law: Law) -> Verdict:
    query: Callable[[], list[Row]] = import_string(law.query)
    started = time.perf_counter()
    rows = query()
    return Verdict(key, law.sentence, time.perf_counter() - started, rows)
