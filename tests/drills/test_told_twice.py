"""Every fact of a whole day is delivered two times more: nothing changes.

Once as the relay does it, which knows by its receipts what has taken effect; and once
with the receipts thrown away, so that every reaction acts again.
"""

import os
import subprocess
import time

import psycopg
from psycopg import sql

from tests.drills.living import Service, audit, connected

_DIGEST = sql.SQL(
    "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
)
_PATIENCE = 300.0
ORDERS = os.environ.get("DRILL_ORDERS", "150")
FLOORS = ("stores_", "inventory_", "loyalty_", "orders_")
# How far the clock has looked goes on whether anything is told or not; what is to be
# ordered is worked out from how things stand when it is asked, not from what is told.
_ANEW = {"inventory_run", "inventory_proposal"}


def test_a_whole_day_of_facts_told_again_changes_nothing(service: Service) -> None:
    day: subprocess.CompletedProcess[str] = service.manage(
        *("play_trading_day", "--orders", ORDERS, "--pace", "3", "--seed", "9"),
        *("--base-url", service.url),
    )
    assert day.returncode == 0, day.stdout[-4000:] + day.stderr[-4000:]

    with connected(service) as database:
        before, receipts = digest(database), count(database, "kernel_receipt")
        assert receipts > 3 * int(ORDERS)
        assert all(any(table.startswith(floor) for table in before) for floor in FLOORS)

        assert tell_again(database) > 3 * int(ORDERS)
        assert changed_since(before, database) == set()
        assert count(database, "kernel_receipt") == receipts

        database.execute("DELETE FROM kernel_receipt")
        tell_again(database)
        assert changed_since(before, database) == set()
        assert count(database, "kernel_receipt") == receipts
    assert audit(service) == []


def digest(database: psycopg.Connection) -> dict[str, str]:
    """What every table of the four floors holds, in a word each."""
    rows = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = {}
    for (table,) in rows.fetchall():
        if table.startswith(FLOORS) and table not in _ANEW:
            row = database.execute(_DIGEST.format(sql.Identifier(table))).fetchone()
            found[table] = str(row[0] if row else "")
    return found


def changed_since(before: dict[str, str], database: psycopg.Connection) -> set[str]:
    """The tables that hold something else than before."""
    return {table for table, rows in digest(database).items() if rows != before[table]}


def count(database: psycopg.Connection, table: str) -> int:
    """How many rows a table has."""
    words = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    row = database.execute(words).fetchone()
    return int(row[0]) if row else 0


def tell_again(database: psycopg.Connection) -> int:
    """Have the relay tell every fact again; answers how many there are."""
    facts = database.execute(
        "UPDATE kernel_outboxfact SET delivered_at = NULL, next_try_at = now()"
    ).rowcount
    wait_until_told(database)
    return facts


def wait_until_told(database: psycopg.Connection, *, patience: float = _PATIENCE) -> None:
    """The relay has told every fact there is."""
    waiting = "SELECT count(*) FROM kernel_outboxfact WHERE delivered_at IS NULL"
    given_up_at = time.monotonic() + patience
    while time.monotonic() < given_up_at:
        row = database.execute(waiting).fetchone()
        if row is None or row[0] == 0:
            return
        time.sleep(0.5)
    raise TimeoutError("the relay has not told everything")
