"""The web loses its connections to the database over and over, for a minute.

Holds, releases, availability and the changes of the stock go on over REST; whoever is not
answered asks again under the same key.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg

from orders.trading_day.client import Caller, Tally
from tests.drills.cutting import Cutter, Follower, Holder, Place, Said, refused_again
from tests.drills.living import Service, audit, connected, tell, wait_until_whole
from tests.drills.real.head_office import HeadOffice

SECONDS = float(os.environ.get("DRILL_CUTTING", "60"))
HOLDERS = 6
_SHELVES = """
    SELECT store.code, sku.code
    FROM inventory_stocklevel AS level
    JOIN stores_store AS store ON store.id = level.store_id
    JOIN inventory_sku AS sku ON sku.id = level.sku_id
    ORDER BY level.available_to_promise DESC, level.id
    LIMIT 40
"""
_STOCK = """
    SELECT store.code, sku.code, level.on_hand, level.reserved
    FROM inventory_stocklevel AS level
    JOIN stores_store AS store ON store.id = level.store_id
    JOIN inventory_sku AS sku ON sku.id = level.sku_id
"""
_KEYS = """
    SELECT keys.key, count(DISTINCT keys.id), count(DISTINCT entry.id)
    FROM kernel_idempotencykey AS keys
    LEFT JOIN kernel_auditentry AS entry ON entry.detail ->> 'key' = keys.key
    WHERE keys.state = 'done' AND keys.key ~ '^(hold|release)-'
    GROUP BY keys.key
"""
_KEPT = """
    SELECT split_part(reference, '/', 2), count(*),
           coalesce(sum(quantity) FILTER (WHERE status = 'HELD'), 0)
    FROM inventory_promise WHERE reference LIKE '%/%' GROUP BY 1
"""
_LINGERING = """
    SELECT application_name, state, query FROM pg_stat_activity
    WHERE state LIKE 'idle in transaction%' AND now() - state_change > interval '2 seconds'
"""


def test_every_key_has_one_effect_whatever_is_cut(service: Service) -> None:
    tally = Tally()
    caller = Caller(httpx.Client(base_url=service.url), tally, _bearer(service))
    holders = [Holder(n, caller, _shelves(service)) for n in range(1, HOLDERS + 1)]
    follower, cutter = Follower(caller), Cutter(service)
    with _at_work(follower, *holders, cutter):
        time.sleep(SECONDS)

    said = [one for holder in holders for one in holder.said]
    tell(f"cut: {dict(cutter.cut)}; told: {len(said)}; pages: {follower.pages}")
    tell(f"answers: {dict(tally.answers)}; asked again: {tally.retries}")
    assert [holder.problem for holder in holders if holder.problem] == []
    assert cutter.cut["idle"] > HOLDERS
    assert cutter.cut["active"] + cutter.cut["idle in transaction"] > SECONDS / 2
    assert len(said) > SECONDS
    assert tally.retries > SECONDS / 10

    # What was lost is answered as what it is, away for the moment, and never twice.
    assert {status for status in tally.answers if status >= 500} <= {503}
    assert refused_again(caller, said) == []
    with connected(service) as database:
        _each_key_counted_once(database, said, holders)
        assert _copy(follower) == _stock(database)
        assert follower.stale == []
        time.sleep(2)
        assert database.execute(_LINGERING).fetchall() == []
    wait_until_whole(service)
    assert audit(service) == []


@contextmanager
def _at_work(*threads: Holder | Follower | Cutter) -> Iterator[None]:
    """All of them; the cutter is the first to stop, then nobody is cut any more."""
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in reversed(threads):
            thread.is_done.set()
            thread.join()


def _bearer(service: Service) -> dict[str, str]:
    office = HeadOffice(service)
    program = office.program("Marketplace", "stock:read", "stock:hold")
    return {"Authorization": program.headers["Authorization"]}


def _shelves(service: Service) -> list[Place]:
    with connected(service) as database:
        return [(store, sku) for store, sku in database.execute(_SHELVES).fetchall()]


def _each_key_counted_once(
    database: psycopg.Connection, said: list[Said], holders: list[Holder]
) -> None:
    """One answer and one entry in the audit trail for each key; and what each hold keeps
    is what was asked for, or nothing after its release, written down once."""
    keys = {key: (answers, acts) for key, answers, acts in database.execute(_KEYS)}
    assert keys == {one.key: (1, 1) for one in said}
    promises = {name: (rows, units) for name, rows, units in database.execute(_KEPT)}
    kept = {name: units for holder in holders for name, units in holder.kept.items()}
    assert promises == {name: (1, units) for name, units in kept.items()}


def _copy(follower: Follower) -> dict[Place, tuple[int, int]]:
    while not follower.read_on():
        continue
    return follower.copy


def _stock(database: psycopg.Connection) -> dict[Place, tuple[int, int]]:
    rows = database.execute(_STOCK).fetchall()
    return {(store, sku): (on_hand, reserved) for store, sku, on_hand, reserved in rows}
