"""Eight callers hold units at the same time: from many levels, and all from one."""

import itertools
import json
import random
import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.synchronize import Barrier

from inventory.promises.operations import Demand, hold_stock
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from tests.bench import pgbench
from tests.bench.calling import Caller
from tests.bench.figures import ROUNDS, Rate
from tests.bench.shelves import Shelf, Shelves
from tests.crowd import run_in_processes

CALLERS, SECONDS, WARM_UP_SECONDS = 8, 4.0, 1.0
Step = Callable[[Shelf], None]

_BARE = """
    \\set level random({low}, {high})
    WITH level AS (
        UPDATE inventory_stocklevel SET reserved = reserved + 1, changed_at = now()
        WHERE id = :level AND available_to_promise >= 1
        RETURNING store_id, sku_id
    )
    INSERT INTO inventory_promise
        (store_id, sku_id, quantity, status, owner, reference, line, ends_at,
         payment_in_flight, created_at, channel, spare, from_safety_stock)
    SELECT store_id, sku_id, 1, 'HELD', 'bench', gen_random_uuid()::text, '1',
           now() + interval '15 minutes', false, now(), '', 0, false
    FROM level;
"""


def in_process(shelves: Shelves) -> list[Rate]:
    """The operation, called by eight processes."""
    return _beside(
        "hold through the operation",
        shelves,
        make=lambda: _hold,
        reach={"spread": 0.25, "hot": 0.50},
        bound_by="one round trip that looks, decides and writes, and Python before it",
    )


def over_http(shelves: Shelves, url: str, token: str) -> list[Rate]:
    """`POST /api/v1/holds` with its idempotency key and audit entry, by eight callers."""
    return _beside(
        "hold through REST",
        shelves,
        make=lambda: _Poster(url, token).hold,
        reach={"spread": 0.12, "hot": 0.40},
        bound_by="two Python processes; two round trips: token; key, entry, hold, end",
    )


def _beside(
    work: str,
    shelves: Shelves,
    *,
    make: Callable[[], Step],
    reach: dict[str, float],
    bound_by: str,
) -> list[Rate]:
    crowds = {"spread": shelves.many, "hot": [shelves.hot]}
    ours: dict[str, list[float]] = {name: [] for name in crowds}
    bare: dict[str, list[float]] = {name: [] for name in crowds}
    for (name, chosen), _round in itertools.product(crowds.items(), range(ROUNDS)):
        ours[name].append(_rate(make, chosen))
        bare[name].append(_bare_rate(chosen))
    middle = {name: statistics.median(rates) for name, rates in ours.items()}
    rows = [
        Rate(
            f"{work}, {name}",
            middle[name],
            f"pgbench, one statement, {name}",
            statistics.median(bare[name]),
            reach[name],
            bound_by,
        )
        for name in crowds
    ]
    return [
        *rows,
        Rate(
            f"{work}, hot",
            middle["hot"],
            f"{work}, spread",
            middle["spread"],
            0.7,
            "the row's lock is held for one statement and its commit",
        ),
    ]


def _rate(make: Callable[[], Step], shelves: Sequence[Shelf]) -> float:
    counted = run_in_processes(partial(_count, make, shelves), callers=CALLERS)
    return sum(counted) / SECONDS


def _count(
    make: Callable[[], Step], shelves: Sequence[Shelf], barrier: Barrier, number: int
) -> int:
    step, chance = make(), random.Random(number)
    barrier.wait()
    _until(time.monotonic() + WARM_UP_SECONDS, step, shelves, chance)
    barrier.wait()
    return _until(time.monotonic() + SECONDS, step, shelves, chance)


def _until(end: float, step: Step, shelves: Sequence[Shelf], chance: random.Random) -> int:
    times = 0
    while time.monotonic() < end:
        step(chance.choice(shelves))
        times += 1
    return times


def _bare_rate(shelves: Sequence[Shelf]) -> float:
    script = _BARE.format(low=shelves[0].id, high=shelves[-1].id)
    pgbench.per_second(script, clients=CALLERS, seconds=WARM_UP_SECONDS)
    return pgbench.per_second(script, clients=CALLERS, seconds=SECONDS)


def _hold(shelf: Shelf) -> None:
    at, reference = clock.now(), uuid.uuid4().hex
    hold_stock(
        demands=[Demand(shelf.store, shelf.sku, 1, "1")],
        owner=f"bench:{reference}",
        reference=reference,
        ends_at=at + limits().hold_life,
        by=SYSTEM,
        at=at,
    )


class _Poster:
    def __init__(self, url: str, token: str) -> None:
        self.caller = Caller(url, token)

    def hold(self, shelf: Shelf) -> None:
        reference = uuid.uuid4().hex
        body = {
            "reference": reference,
            "owner": reference,
            "lines": [{"store": shelf.store, "sku": shelf.sku, "quantity": 1}],
        }
        status, told = self.caller.post("/api/v1/holds", json.dumps(body), key=reference)
        if status != 201:
            raise ValueError(told.decode())
