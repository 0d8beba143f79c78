"""Statements and connections below the ORM: what they bear, and what is seen of them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.db import DatabaseError, DataError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg import IsolationLevel

from omniretail.kernel.prepared import prepared

pytestmark = pytest.mark.django_db(transaction=True)


def end_this_connection() -> None:
    """As a server that is shut down does."""
    server = connection.connection.pgconn.backend_pid
    with closing(
        connection.get_new_connection(connection.get_connection_params())
    ) as other:
        other.autocommit = True
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [server])


def test_who_is_at_rest_need_not_be_asked() -> None:
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()
    assert not asked.captured_queries


def test_a_line_the_server_closed_is_not_usable() -> None:
    connection.ensure_connection()
    end_this_connection()
    assert not connection.is_usable()
    connection.close()


def test_a_statement_on_a_line_the_server_closed_says_so() -> None:
    connection.ensure_connection()
    end_this_connection()
    with pytest.raises(OperationalError):
        prepared("SELECT %(one)s::int", {"one": 1})
    connection.close()


def test_what_failed_is_not_usable_before_it_is_rolled_back() -> None:
    with transaction.atomic():
        with pytest.raises(DatabaseError, match="division by zero"):
            prepared("SELECT 1 / %(none)s::int", {"none": 0})
        assert not connection.is_usable()
        transaction.set_rollback(True)
    assert connection.is_usable()


def test_a_statement_is_undone_with_its_transaction() -> None:
    with transaction.atomic():
        prepared("CREATE TABLE noted (word text)", {})
        transaction.set_rollback(True)
    assert prepared("SELECT to_regclass(%(name)s::text)", {"name": "noted"}) == [(None,)]


def settings_of_a_transaction() -> tuple[str, ...]:
    """What holds in a transaction that begins with a prepared statement."""
    asked = ", ".join(
        f"current_setting('transaction_{name}')"
        for name in ("isolation", "read_only", "deferrable")
    )
    with transaction.atomic():
        (found,) = prepared(f"SELECT {asked}", {})
    return tuple(found)


@pytest.fixture
def _a_line_of_its_own() -> Iterator[None]:
    connection.close()
    yield
    connection.close()


@pytest.mark.usefixtures("_a_line_of_its_own")
@pytest.mark.parametrize("level", IsolationLevel)
def test_a_transaction_is_isolated_as_the_settings_say(level: IsolationLevel) -> None:
    options = connection.settings_dict["OPTIONS"]
    with patch.dict(options, {"isolation_level": level}):
        wanted = level.name.replace("_", " ").lower()
        assert settings_of_a_transaction() == (wanted, "off", "off")


def test_a_transaction_is_isolated_as_the_server_says_where_nothing_else_does() -> None:
    assert settings_of_a_transaction() == ("read committed", "off", "off")


@pytest.mark.usefixtures("_a_line_of_its_own")
def test_a_transaction_only_reads_where_its_line_does() -> None:
    connection.ensure_connection()
    connection.connection.read_only = True
    connection.connection.deferrable = True
    assert settings_of_a_transaction() == ("read committed", "on", "on")
    connection.connection.read_only = connection.connection.deferrable = False
    assert settings_of_a_transaction() == ("read committed", "off", "off")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 'quote " back \\ comma , brace } 100%'),
        ("text[]", ['quote " back \\', "comma , brace }", "", "NULL", None, "ё"]),
        ("int[]", [1, None, -3]),
        ("int[]", []),
        ("boolean", True),
        ("boolean[]", [True, False, None]),
        ("timestamptz", datetime(2026, 3, 5, 12, tzinfo=UTC)),
        ("timestamptz[]", [datetime(2026, 3, 5, 12, tzinfo=UTC)]),
        ("bigint", None),
    ],
)
def test_what_goes_in_comes_out(kind: str, value: object) -> None:
    asked = f"SELECT %(value)s::{kind}, 7 %% 4, %(value)s::{kind}"
    for _again in range(2):
        assert prepared(asked, {"value": value}) == [(value, 3, value)]


def test_text_ends_where_it_ends() -> None:
    with pytest.raises(DataError):
        prepared("SELECT %(word)s::text", {"word": "a\x00b"})
    with pytest.raises(DataError):
        prepared("SELECT %(words)s::text[]", {"words": ["a\x00b"]})
