"""Statements asked so often that the database keeps their plans."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

_PARAMETER = re.compile(r"%\((\w+)\)s")
_WELL = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class _Statement:
    """As the database reads it, by the name under which it is kept there."""

    name: bytes
    text: bytes
    parameters: tuple[str, ...]
    formats: tuple[PyFormat, ...]


# Which statements each connection keeps.
_kept: WeakKeyDictionary[psycopg.Connection[Any], set[bytes]] = WeakKeyDictionary()


def prepared(sql: str, parameters: Mapping[str, Any]) -> list[Row]:
    """The rows of a statement that is read and planned once for each connection.

    It goes past the driver's cursors, which cost more than carrying it out. Each type of
    a parameter must show (`%(at)s::timestamptz`): the statement is read without its
    values. Where statements are logged it is sent as text, to be shown whole.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    if database.queries_logged:
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    with database.wrap_database_errors:
        return _asked(database.connection, _read(sql), parameters)


def _asked(
    line: psycopg.Connection[Any], statement: _Statement, parameters: Mapping[str, Any]
) -> list[Row]:
    server, reader = line.pgconn, Transformer(line)
    values = [
        # The driver looks for a type that fits all members: the statement names it anyway.
        _array(value) if isinstance(value := parameters[name], list | tuple) else value
        for name in statement.parameters
    ]
    written: Any = reader.dump_sequence(values, statement.formats)
    if not line.autocommit and server.transaction_status == TransactionStatus.IDLE:
        begin = _begin(line.isolation_level, line.read_only, line.deferrable)
        _well(line, server.exec_(begin))
    names = _kept.setdefault(line, set())
    if statement.name not in names:
        _well(line, server.prepare(statement.name, statement.text))
        names.add(statement.name)
    result = _well(line, server.exec_prepared(statement.name, written))
    reader.set_pgresult(result)
    return reader.load_rows(0, result.ntuples, tuple)


def _well(line: psycopg.Connection[Any], result: PGresult) -> PGresult:
    if result.status in _WELL:
        return result
    if line.closed:  # while it answered: no error of the statement's
        raise psycopg.OperationalError(result.get_error_message(line.info.encoding))
    raise error_from_result(result, line.info.encoding)


@cache
def _begin(
    level: psycopg.IsolationLevel | None, read_only: bool | None, deferrable: bool | None
) -> bytes:
    """How a line with these settings begins a transaction, as the driver itself does."""
    words = ["BEGIN"]
    if level is not None:
        words.append(f"ISOLATION LEVEL {level.name.replace('_', ' ')}")
    if read_only is not None:
        words.append("READ ONLY" if read_only else "READ WRITE")
    if deferrable is not None:
        words.append("DEFERRABLE" if deferrable else "NOT DEFERRABLE")
    return " ".join(words).encode()


@cache
def _read(sql: str) -> _Statement:
    names = tuple(dict.fromkeys(_PARAMETER.findall(sql)))
    place = {name: f"${number}" for number, name in enumerate(names, 1)}
    text = _PARAMETER.sub(lambda found: place[found[1]], sql).replace("%%", "%").encode()
    name = sha256(text).hexdigest()[:32].encode()
    return _Statement(name, text, names, (PyFormat.TEXT,) * len(names))


def _array(values: Sequence[Any]) -> str:
    return "{" + ",".join([_member(value) for value in values]) + "}"


def _member(value: Any) -> str:
    if value is None:
        return "NULL"
    plain = str(value)
    if "\\" in plain or '"' in plain:
        plain = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
