"""The rows that something wrote, written again by bare SQL under new keys.

This is what a measured operation is held against: the same rows in the same tables with
the same constraints and triggers, in one transaction, and nothing else.
"""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import connection, models
from psycopg.types.json import Jsonb

WRITTEN_BY_TRIGGERS = {"kernel_statestep", "inventory_levelchange"}
SHORTEST_KEY = 8
_NUMBER = re.compile(r"[A-Z]+-[0-9A-Z]{4}-[0-9A-Z]{4}")

Row = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """New rows by table."""

    rows: dict[str, list[Row]]

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.rows.values())


class Watch:
    """Notices which rows appear between two moments."""

    def __init__(self) -> None:
        self._seen = {model: _keys(model) for model in _tables()}

    def new_rows(self) -> Written:
        """The rows that are there now and were not when the watch began."""
        found: dict[str, list[Row]] = {}
        for model, seen in self._seen.items():
            fresh = _keys(model) - seen
            if fresh and model._meta.db_table not in WRITTEN_BY_TRIGGERS:
                found[model._meta.db_table] = _rows(model, fresh)
        return Written(found)


Statement = tuple[str, list[Any]]


class Replay:
    """Writes a set of rows again and again, each time under new keys.

    `before` are rows that must stand before the others are written.
    """

    def __init__(self, before: Written, written: Written) -> None:
        self._before, self._written = before, written
        self._models = {model._meta.db_table: model for model in _tables()}
        self._keys = set(self._business_keys())
        tables = {table for table, _row in self._all_rows() if self._has_id(table)}
        self._highest = {table: self._next_id(table) for table in tables}

    def statements(self) -> tuple[list[Statement], list[Statement]]:
        """INSERT statements with their values, for one more copy of the rows: those
        that must stand before, and those to be measured."""
        ids = {
            (table, row["id"]): self._take_id(table)
            for table, row in self._all_rows()
            if table in self._highest
        }
        renamed = {key: _like(key) for key in self._keys}
        keys = sorted(renamed, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, keys)))

        def copies(part: Written) -> list[Statement]:
            return [
                self._insert(table, row, ids, renamed, pattern)
                for table, rows in part.rows.items()
                for row in rows
            ]

        return copies(self._before), copies(self._written)

    def _all_rows(self) -> Iterator[tuple[str, Row]]:
        for part in (self._before, self._written):
            for table, rows in part.rows.items():
                yield from ((table, row) for row in rows)

    def _insert(
        self,
        table: str,
        row: Row,
        ids: dict[tuple[str, Any], int],
        renamed: dict[str, str],
        pattern: re.Pattern[str],
    ) -> Statement:
        fields = {
            field.column: field for field in self._models[table]._meta.concrete_fields
        }
        names, values = [], []
        for column, value in row.items():
            field = fields[column]
            if isinstance(field, models.GeneratedField):
                continue
            names.append(f'"{column}"')
            values.append(_moved(table, field, value, ids, renamed, pattern))
        places = ", ".join(["%s"] * len(names))
        return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", values  # noqa: S608

    def _business_keys(self) -> Iterator[str]:
        for table, row in self._all_rows():
            for column in _unique_columns(self._models[table]):
                value = row[column]
                if isinstance(value, str | UUID) and _is_key(str(value)):
                    yield str(value)

    def _has_id(self, table: str) -> bool:
        pk = self._models[table]._meta.pk
        return isinstance(pk, models.AutoField | models.BigAutoField)

    def _next_id(self, table: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) + 1000000 FROM {table}")  # noqa: S608
            return int(cursor.fetchone()[0])

    def _take_id(self, table: str) -> int:
        self._highest[table] += 1
        return self._highest[table]


def _moved(
    table: str,
    field: models.Field[Any, Any],
    value: Any,
    ids: dict[tuple[str, Any], int],
    renamed: dict[str, str],
    pattern: re.Pattern[str],
) -> Any:
    if field.primary_key and (table, value) in ids:
        return ids[table, value]
    if isinstance(field, models.ForeignKey):
        return ids.get((field.related_model._meta.db_table, value), value)
    if isinstance(value, UUID):
        return UUID(renamed[str(value)]) if str(value) in renamed else value
    if isinstance(value, str):
        text = pattern.sub(lambda match: renamed[match[0]], value)
        return Jsonb(_parsed(text)) if isinstance(field, models.JSONField) else text
    return value


def _parsed(text: str) -> Any:
    return json.loads(text)


def _is_key(text: str) -> bool:
    """Whether a value names one thing, as order numbers do and states do not. A number may
    happen to have no digit in it."""
    is_numbered = any(letter.isdigit() for letter in text) or _NUMBER.fullmatch(text)
    return len(text) >= SHORTEST_KEY and bool(is_numbered)


def _like(key: str) -> str:
    """Another key of the same shape."""
    try:
        UUID(key)
    except ValueError:
        return key[:-SHORTEST_KEY] + secrets.token_hex(SHORTEST_KEY // 2).upper()
    return str(uuid4())


def _tables() -> Iterator[type[models.Model]]:
    ours = ("kernel", "stores", "inventory", "loyalty", "orders")
    return (m for m in apps.get_models() if m._meta.app_label in ours)


def _unique_columns(model: type[models.Model]) -> set[str]:
    names = {f.name for f in model._meta.concrete_fields if f.unique}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            names |= set(constraint.fields)
    return {f.column or "" for f in model._meta.concrete_fields if f.name in names}


def _keys(model: type[models.Model]) -> set[Any]:
    return set(model._default_manager.values_list("pk", flat=True))


def _rows(model: type[models.Model], keys: set[Any]) -> list[Row]:
    columns = [field.column or "" for field in model._meta.concrete_fields]
    shown = ", ".join(
        f'"{f.column}"::text' if isinstance(f, models.JSONField) else f'"{f.column}"'
        for f in model._meta.concrete_fields
    )
    assert model._meta.pk is not None
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {shown} FROM {model._meta.db_table} "  # noqa: S608
            f'WHERE "{model._meta.pk.column}" = ANY(%s)',
            [list(keys)],
        )
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
