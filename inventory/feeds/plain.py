"""Files so plain that the database can read them by itself, many times as fast.

Only Latin letters, digits and the signs of codes, one row a line, columns whose plain
cells can be told by a pattern: such a file goes as it is by COPY into a table of texts.
Rows that are not as plain as it seemed are read like any other; nothing is accepted here
that would be refused there, and nothing is read differently.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import psycopg
from django.db import DataError, connection, transaction

from inventory.feeds.shapes import Column, Reading, Shape, read_row

_CHUNK = 1 << 20
_LONGEST_HEADING = 2_000
_DELIMITERS = b";,\t"
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-\r\n"
_RAW = "feed_raw"
_MOST_ODD = 50_000


@dataclass(frozen=True)
class PlainFile:
    """A plain file: where its rows begin, its columns in their order, its delimiter."""

    stream: BinaryIO
    begins_at: int
    columns: tuple[Column, ...]
    delimiter: str


def plain_file(stream: BinaryIO, shape: Shape) -> PlainFile | None:
    """The file, if it is as plain as that."""
    stream.seek(0)
    heading = stream.readline(_LONGEST_HEADING)
    if not heading.endswith(b"\n"):
        return None
    delimiter = max((bytes([sign]) for sign in _DELIMITERS), key=heading.count)
    columns = _columns(heading, delimiter.decode(), shape)
    begins_at = stream.tell()
    allowed = _PLAIN + delimiter
    while columns and (chunk := stream.read(_CHUNK)):
        if chunk.translate(None, allowed):
            columns = ()
    stream.seek(0)
    if not columns:
        return None
    return PlainFile(stream, begins_at, columns, delimiter.decode())


def copy_plain(plain: PlainFile, table: str) -> int | None:
    """Copy the rows into the stage; answers how many were read, or nothing if the file is
    not that plain after all. `odd_rows` are still to be read."""
    texts = ", ".join(f"{column.name} text" for column in plain.columns)
    names = ", ".join(column.name for column in plain.columns)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{_RAW}")
            cursor.execute(
                f"CREATE TEMP TABLE {_RAW} (line int GENERATED ALWAYS AS IDENTITY"
                f" (START 2 CACHE 1000), {texts})"
            )
            plain.stream.seek(plain.begins_at)
            sign = plain.delimiter
            words = f"COPY {_RAW} ({names}) FROM STDIN (FORMAT csv, DELIMITER '{sign}')"
            with cursor.copy(words) as copy:
                while chunk := plain.stream.read(_CHUNK):
                    copy.write(chunk)
            rows = cursor.rowcount
            casts = ", ".join(f"{one.name}::{one.sql}" for one in plain.columns)
            is_plain = _is_plain(plain)
            cursor.execute(
                f"INSERT INTO {table} (line, {names})"  # noqa: S608 - our own names
                f" SELECT line, {casts} FROM {_RAW} WHERE {is_plain}"
            )
            odd = rows - cursor.rowcount
            if odd > _MOST_ODD:
                raise DataError
            if not odd:
                cursor.execute(f"TRUNCATE {_RAW}")
    except (DataError, psycopg.DataError):
        plain.stream.seek(0)
        return None
    return int(rows)


def odd_rows(plain: PlainFile, shape: Shape) -> Iterator[Reading]:
    """The rows that were not that plain, read like any other."""
    names = [column.name for column in plain.columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT line, {', '.join(names)} FROM {_RAW}"  # noqa: S608 - our own names
            f" WHERE ({_is_plain(plain)}) IS NOT TRUE ORDER BY line"
        )
        rows = cursor.fetchall()
        cursor.execute(f"DROP TABLE pg_temp.{_RAW}")
    for line, *cells in rows:
        row = {name: cell or "" for name, cell in zip(names, cells, strict=True)}
        yield read_row(shape, line, row)


def _columns(heading: bytes, delimiter: str, shape: Shape) -> tuple[Column, ...]:
    try:
        text = heading.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ()
    found = [shape.column(name) for name in next(csv.reader([text], delimiter=delimiter))]
    columns = tuple(one for one in found if one is not None and one.plain)
    required = {one.name for one in shape.columns if one.is_required}
    names = [one.name for one in columns]
    is_whole = len(columns) == len(found) == len(set(names)) and required <= set(names)
    return columns if is_whole else ()


def _is_plain(plain: PlainFile) -> str:
    return " AND ".join(_condition(one) for one in plain.columns)


def _condition(column: Column) -> str:
    holds = column.plain.format(column.name)
    return f"({holds})" if column.is_required else f"({column.name} IS NULL OR {holds})"
