"""Every level at one moment, with the cursor from which its changes go on."""

import json
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from inventory.availability.cursors import Cursor
from inventory.availability.queries.changes import (
    LEVEL_JSON,
    PRESENT,
    Wanted,
    cursor_of,
)
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits

_PIECE = 64 * 1024
_ISOLATED = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
# The look is taken with the first statement; the transaction began before it.
_SEEN = f"SELECT {PRESENT}, now()"
_SEAT = "SELECT pg_try_advisory_xact_lock(hashtext('stock snapshot'), %s)"
# The separators of CSV that no JSON holds: each line goes out as it is.
_PLAIN = r"(FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')"
_LEVELS = """
    COPY (
        SELECT {line} FROM inventory_stocklevel l
        JOIN stores_store s ON s.id = l.store_id
        JOIN inventory_sku k ON k.id = l.sku_id
        WHERE {wanted}
    ) TO STDOUT {plain}
"""


class SnapshotsUnderWay(DomainError):
    """Others are reading the whole stock just now. Try again in a moment."""

    kind = Kind.BUSY


def snapshot(wanted: Wanted) -> Generator[bytes]:
    """Lines of JSON: first the cursor, the moment and the places, then a level each, at
    last how many there were, so that whoever reads knows whether the line broke.

    All of it is one look at the database. It goes out in pieces as it is read: memory
    does not grow with the stock.

    Raises:
        SnapshotsUnderWay: as many are being read as may be at once.
    """
    with _one_look():
        _take_a_seat()
        cursor, as_of = _seen()
        seen = {"cursor": str(cursor), "as_of": as_of.isoformat()}
        yield _line({**seen, "stores": wanted.stores})
        levels = 0
        for piece in _pieces(wanted):
            levels += piece.count(b"\n")
            yield piece
        yield _line({"levels": levels})


def _one_look() -> AbstractContextManager[Any]:
    return nullcontext() if connection.in_atomic_block else _isolated()


@contextmanager
def _isolated() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as database:
            database.execute(_ISOLATED)
        yield


def _take_a_seat() -> None:
    with connection.cursor() as database:
        for seat in range(limits().snapshots_at_once):
            database.execute(_SEAT, [seat])
            if database.fetchone()[0]:
                return
    raise SnapshotsUnderWay


def _seen() -> tuple[Cursor, datetime]:
    with connection.cursor() as database:
        database.execute(_SEEN)
        last, moment = database.fetchone()
    return cursor_of(last), moment


def _pieces(wanted: Wanted) -> Iterator[bytes]:
    sql = _LEVELS.format(line=LEVEL_JSON, wanted=wanted.sql(), plain=_PLAIN)
    piece = bytearray()
    with (
        connection.cursor() as database,
        database.copy(database.mogrify(sql, wanted.parameters())) as rows,
    ):
        for row in rows:
            piece += row
            if len(piece) >= _PIECE:
                yield bytes(piece)
                piece.clear()
    yield bytes(piece)


def _line(members: dict[str, object]) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode() + b"\n"
