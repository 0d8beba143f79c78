"""A file as it comes: its encoding, its delimiter, its rows with their lines."""

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from inventory.feeds.shapes import Column, Reading, Refusal, Shape, read_row
from omniretail.kernel.errors import DomainError

_CHUNK = 1 << 20
_LONGEST_CELL = 10_000
_DELIMITERS = ";,\t"


class FeedUnreadable(DomainError):
    """The file cannot be read."""


class ColumnMissing(DomainError):
    """A column that every row needs is missing."""


class ColumnUnknown(DomainError):
    """There is a column nobody knows."""


class ColumnRepeated(DomainError):
    """A column stands in the file twice."""


def read_csv(stream: BinaryIO, shape: Shape) -> Iterator[Reading]:
    """The rows of a CSV file, one at a time, however large it is.

    UTF-8, UTF-16 with its mark, and Windows-1251 are told apart; so are semicolon,
    comma and tab.

    Raises:
        FeedUnreadable: it is no such text.
        ColumnMissing, ColumnUnknown, ColumnRepeated: its headings are not ours.
    """
    encoding = _encoding(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="")
    try:
        yield from _rows(text, shape)
    except csv.Error as error:
        raise FeedUnreadable(reason=str(error)) from error
    finally:
        text.detach()


def read_mappings(rows: Iterable[dict[str, object]], shape: Shape) -> Iterator[Reading]:
    """Rows that came as JSON objects; the first is line 1."""
    for line, row in enumerate(rows, start=1):
        unknown = [name for name in row if shape.column(name) is None]
        if unknown:
            refusal = Refusal(line, unknown[0][:60], "", _("This field is not known."))
            yield Reading(line, refusals=[refusal])
            continue
        named = {
            column.name: _as_text(value)
            for name, value in row.items()
            if (column := shape.column(name)) is not None
        }
        yield read_row(shape, line, named)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "|".join(str(one) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _encoding(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _decodes(stream, "utf-8"):
        return "utf-8-sig"
    if _decodes(stream, "cp1251"):
        return "cp1251"
    raise FeedUnreadable(reason=_("It is neither UTF-8 nor Windows-1251 text."))


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _rows(text: io.TextIOWrapper, shape: Shape) -> Iterator[Reading]:
    heading = _first_line(text)
    delimiter = max(_DELIMITERS, key=heading.count)
    text.seek(0)
    lines = csv.reader(_bounded(text), delimiter=delimiter)
    columns = _columns(next(lines, []), shape)
    while True:
        line = lines.line_num + 1
        try:
            row = next(lines, None)
        except UnicodeDecodeError as error:
            raise FeedUnreadable(reason=str(error), line=line) from error
        except csv.Error as error:  # as where a quote is left open
            raise FeedUnreadable(reason=_("A line is too long."), line=line) from error
        if row is None:
            return
        if row:
            yield _reading(shape, columns, line, row)


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines, none longer than a row can be: a file without line ends is no table."""
    longest = _LONGEST_CELL * 10
    line = 0
    while part := text.readline(longest):
        line += 1
        if len(part) == longest:
            raise FeedUnreadable(reason=_("A line is too long."), line=line)
        yield part


def _first_line(text: io.TextIOWrapper) -> str:
    try:
        heading = text.readline(_LONGEST_CELL)
    except UnicodeDecodeError as error:
        raise FeedUnreadable(reason=str(error)) from error
    if not heading.strip():
        raise FeedUnreadable(reason=_("It is empty."))
    return heading


def _columns(headings: list[str], shape: Shape) -> list[Column]:
    columns: list[Column] = []
    for heading in headings:
        column = shape.column(heading.lstrip("\ufeff"))
        if column is None:
            raise ColumnUnknown(
                column=heading[:60], known=[column.name for column in shape.columns]
            )
        if column in columns:
            raise ColumnRepeated(column=column.name)
        columns.append(column)
    missing = [c.name for c in shape.columns if c.is_required and c not in columns]
    if missing:
        raise ColumnMissing(column=missing[0], missing=missing)
    return columns


def _reading(shape: Shape, columns: list[Column], line: int, row: list[str]) -> Reading:
    if len(row) != len(columns):
        message = _("%(found)s fields instead of %(wanted)s.") % {
            "found": len(row),
            "wanted": len(columns),
        }
        return Reading(line, refusals=[Refusal(line, "", "", message)])
    named = {column.name: cell for column, cell in zip(columns, row, strict=True)}
    return read_row(shape, line, named)
