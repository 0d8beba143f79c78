"""Rows on their way in: a temporary table, filled by COPY, that lives for one import."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from inventory.feeds.plain import PlainFile, copy_plain
from inventory.feeds.shapes import Reading, Refusal, Shape

BATCH = 10_000
TABLE = "feed_stage"
_ROOM = "32MB"
"""What a sort or a hash of an import may take in the server; the rest goes to its disk."""


class Stage:
    """The rows of one import that can be read, and those refused so far.

    Memory stays bounded: rows go to the database in batches, and of the refusals only
    the first `most_kept` are kept; all are counted.
    """

    def __init__(self, shape: Shape, most_kept: int) -> None:
        self.shape = shape
        self.most_kept = most_kept
        self.refusals: list[Refusal] = []
        self.rows_read = 0
        self.rows_refused = 0
        self._written_down = 0

    def fill_plain(self, plain: PlainFile) -> int | None:
        """Stage a plain file at once; answers how many rows were read, or nothing if it
        must be read row by row."""
        copied = copy_plain(plain, self.shape, TABLE)
        if copied is None:
            return None
        self.rows_read, odd = copied
        self._take(odd)
        self._make_ready("(line)")  # every row is judged: nothing else is chosen by
        return self.rows_read

    def fill(self, readings: Iterable[Reading]) -> Iterator[int]:
        """Stage the rows that can be read; answers after each batch how many there are."""
        source = iter(readings)
        while batch := list(islice(source, BATCH)):
            self.rows_read += len(batch)
            self._take(batch)
            yield self.rows_read
        self._make_ready()

    def refuse_where(self, rows: str, *, field: str, message: str) -> None:
        """Refuse the staged rows that a query names: line, value, and what else the
        message says."""
        with connection.cursor() as cursor:
            cursor.execute(rows)
            while found := cursor.fetchmany(BATCH):
                self.refuse(
                    [
                        Refusal(line, field, str(value)[:100], message % {"other": other})
                        for line, value, other in found
                    ]
                )

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Take staged rows out of the import."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {TABLE} WHERE line = ANY(%s) RETURNING line",  # noqa: S608
                [[refusal.line for refusal in refusals]],
            )
            gone = {line for (line,) in cursor.fetchall()}
        self.rows_refused += len(gone)
        self._keep([refusal for refusal in refusals if refusal.line in gone])

    def refuse_repeats(self) -> None:
        """A row that names the same thing as an earlier one is refused."""
        key = ", ".join(self.shape.key)
        if not self._repeats(key):
            return
        shown = " || ' ' || ".join(self.shape.key)
        self.refuse_where(
            f"""
            SELECT line, {shown}, first FROM (
                SELECT line, {key}, MIN(line) OVER (PARTITION BY {key}) AS first
                FROM {TABLE}
            ) AS r WHERE line <> first ORDER BY line
            """,  # noqa: S608 - names of our own columns
            field=self.shape.key[-1],
            message=_("Says again what line %(other)s said."),
        )

    def refuse_unknown(self, column: str, *, known: str, message: str) -> None:
        """Refuse the rows whose code is not among those that a query knows."""
        self.refuse_where(
            f"""
            SELECT line, {column}, '' FROM {TABLE}
            WHERE {column} IS NOT NULL AND {column} NOT IN ({known}) ORDER BY line
            """,  # noqa: S608 - names of our own columns
            field=column,
            message=message,
        )

    def fresh_refusals(self) -> list[Refusal]:
        """The refusals kept since they were last asked for, by line."""
        fresh = self.refusals[self._written_down :]
        self._written_down = len(self.refusals)
        return sorted(fresh, key=lambda one: one.line)

    def forget_refusals(self, through: int) -> None:
        """Those up to a line were written down when the import broke off."""
        self.refusals = [one for one in self.refusals if one.line > through]

    def batches(self, size: int = BATCH, *, behind: int = 0) -> Iterator[tuple[int, int]]:
        """The staged rows behind a line in batches of about that many: first line, line
        behind."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COALESCE(MAX(line), 0) FROM {TABLE}")  # noqa: S608
            (last,) = cursor.fetchone()
        for first in range(behind + 1, last + 1, size):
            yield first, first + size

    def _repeats(self, key: str) -> bool:
        """Whether anything is said twice at all: seldom, and cheaper to know than where."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {TABLE} GROUP BY {key}"  # noqa: S608
                " HAVING COUNT(*) > 1)"
            )
            return bool(cursor.fetchone()[0])

    def _take(self, batch: Sequence[Reading]) -> None:
        for reading in batch:
            self._refuse_reading(reading.refusals)
        self._copy([reading for reading in batch if not reading.refusals])

    def _make_ready(self, columns: str = "") -> None:
        """No rows come any more. Nobody else looks at a temporary table, so the planner
        knows of it what it is told here."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE {TABLE} ADD PRIMARY KEY (line), ALTER line SET STATISTICS 10"
            )
            cursor.execute(f"ANALYZE {TABLE} {columns}")

    def _refuse_reading(self, refusals: Sequence[Refusal]) -> None:
        if refusals:
            self.rows_refused += 1
            self._keep(refusals)

    def _keep(self, refusals: Iterable[Refusal]) -> None:
        room = self.most_kept - len(self.refusals)
        self.refusals.extend(islice(refusals, max(0, room)))

    def _copy(self, readings: Sequence[Reading]) -> None:
        names = ", ".join(column.name for column in self.shape.columns)
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {TABLE} (line, {names}) FROM STDIN") as copy,
        ):
            for reading in readings:
                copy.write_row([reading.line, *map(_copied, reading.values)])


@contextmanager
def staged(shape: Shape, *, most_kept: int) -> Iterator[Stage]:
    """A stage for the rows of one import, gone when it is over."""
    columns = ", ".join(f"{column.name} {column.sql}" for column in shape.columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLE}")
        cursor.execute(f"CREATE TEMP TABLE {TABLE} (line int, {columns})")
        cursor.execute("SELECT set_config('work_mem', %s, false)", [_ROOM])
    try:
        yield Stage(shape, most_kept)
    finally:
        if not connection.needs_rollback and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLE}")
                cursor.execute("RESET work_mem")


def _copied(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict) else value
