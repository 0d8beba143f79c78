"""Migrate once, copy often: a migrated test database is kept as a template.

Migrations always run, against a real PostgreSQL; but as long as no migration and no
package changes, the next test run starts from a copy of the result (the embedded
throw-away server only).
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql
from pytest_django import DjangoDbBlocker

CHECKOUT = Path(__file__).resolve().parent.parent
FLOORS = ("omniretail", "stores", "inventory", "loyalty", "orders")
PREFIX = "template_of_tests_"


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """One test database per process, from the template if there is one that fits."""
    template = "" if "DATABASE_URL" in os.environ else template_name()
    with django_db_blocker.unblock():
        name = test_name()  # before set-up: Django renames the connection's database
        copied = bool(template) and copy_database(template, name)
        config = setup_databases(
            verbosity=request.config.option.verbose - 1,
            interactive=False,
            keepdb=copied,
            serialized_aliases=set(),
        )
        if template and not copied:
            connection.close()
            keep_template(name, template)
    yield
    with django_db_blocker.unblock(), suppress(psycopg.OperationalError):
        end_stragglers()
        teardown_databases(config, verbosity=0)


def end_stragglers() -> None:
    """A browser's last request may still be on its way when the last test is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def template_name() -> str:
    """Another name as soon as a migration or a package changes."""
    digest = hashlib.sha256((CHECKOUT / "requirements.lock").read_bytes())
    for floor in FLOORS:
        for path in sorted((CHECKOUT / floor).glob("**/migrations/*.py")):
            digest.update(f"{path.relative_to(CHECKOUT)}\n".encode() + path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def test_name() -> str:
    """The database of this process."""
    known = connection.settings_dict
    return str(known["TEST"]["NAME"] or f"test_{known['NAME']}")


test_name.__test__ = False  # type: ignore[attr-defined]


def copy_database(source: str, target: str) -> bool:
    """A fresh copy; False when there is nothing to copy from."""
    with closing(administration()) as server:
        drop(server, target)  # a run that was killed may have left it, and users of it
        if source not in names(server):
            return False
        try:
            copy(server, source, target)
        except psycopg.errors.ObjectInUse:
            return False
    return True


def keep_template(source: str, template: str) -> None:
    """Keep a migrated database for the next run, instead of those of older code."""
    with closing(administration()) as server:
        for name in names(server):
            if name.startswith(PREFIX) and name != template:
                drop(server, name)
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            copy(server, source, template)


def administration() -> psycopg.Connection:
    """A connection to the server, to none of our databases."""
    known = connection.get_connection_params()
    return psycopg.connect(
        host=known.get("host"), user=known.get("user"), dbname="postgres", autocommit=True
    )


def names(server: psycopg.Connection) -> set[str]:
    """All databases of the server."""
    return {name for (name,) in server.execute("select datname from pg_database")}


def copy(server: psycopg.Connection, source: str, target: str) -> None:
    """Copy a database that nobody uses."""
    words = sql.SQL("create database {} template {}")
    server.execute(words.format(sql.Identifier(target), sql.Identifier(source)))


def drop(server: psycopg.Connection, name: str) -> None:
    """Remove a database, whoever uses it."""
    words = sql.SQL("drop database if exists {} with (force)")
    server.execute(words.format(sql.Identifier(name)))
