"""Who follows what was committed waits for transactions of this database, not for those
of a neighbour on the same server."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.db import connection, transaction

from omniretail.kernel.horizon import HORIZON

pytestmark = [pytest.mark.django_db(transaction=True)]
OF_THE_WHOLE_SERVER = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
IN_A_TABLE = "CREATE TEMPORARY TABLE things AS SELECT 1"
IN_NONE = "SELECT pg_current_xact_id()"


@contextmanager
def running(statement: str, *, dbname: str) -> Iterator[int]:
    """Meanwhile a transaction of that database has done this; its number."""
    terms = connection.get_connection_params()
    known = {
        key: terms[key] for key in ("host", "port", "user", "password") if terms.get(key)
    }
    with closing(psycopg.connect(dbname=dbname, **known)) as other:
        other.execute(statement)
        number = other.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert number
        write_something()
        yield number[0]
        other.rollback()


def write_something() -> None:
    """A later transaction, come and gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")


def horizon(asked: str = HORIZON) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return int(cursor.fetchone()[0])


def test_a_transaction_of_ours_holds_the_horizon_until_it_ends() -> None:
    here = connection.settings_dict["NAME"]
    for statement in (IN_A_TABLE, IN_NONE):
        with running(statement, dbname=here) as number:
            assert horizon() <= number
        assert horizon() > number


def test_a_transaction_of_a_neighbour_does_not() -> None:
    with running(IN_A_TABLE, dbname="postgres") as number:
        assert horizon() > number
        assert horizon(OF_THE_WHOLE_SERVER) <= number


def test_one_of_which_nothing_is_known_does() -> None:
    with running(IN_NONE, dbname="postgres") as number:
        assert horizon() <= number


def test_our_own_transaction_is_not_told_to_ourselves() -> None:
    with transaction.atomic():
        ours = horizon("pg_current_xact_id()::text::bigint")
        with running(IN_A_TABLE, dbname="postgres") as later:
            pass
        assert horizon() <= ours < later
