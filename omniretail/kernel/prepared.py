"""Statements asked so often that the database keeps their plans."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


def prepared(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that is read and planned once for each connection.

    Others are sent as text, which costs the database more than carrying them out. Each
    type of a parameter must show (`%(at)s::timestamptz`): the statement is read without
    its values. Where statements are logged it is sent as text too, to be shown whole.
    """
    connection.ensure_connection()
    if connection.queries_logged:
        opened = connection.cursor()
    else:
        binding: Any = ServerBindingCursor
        opened = connection.make_cursor(binding(connection.connection))
    with opened as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
