"""A hundred thousand attempts on a thousand units, from thirty-two processes."""

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.synchronize import Barrier

import pytest
from django.db import connection

from inventory.promises.models import Promise
from inventory.promises.operations import Demand, hold_stock
from inventory.stock.models import StockLevel
from inventory.stock.operations import NotEnoughStock
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from tests.crowd import run_in_processes
from tests.inventory.given import stocked
from tests.lawbook import broken

UNITS, PROCESSES = 1_000, 32
ATTEMPTS = int(os.environ.get("DRILL_ATTEMPTS", "100000")) // PROCESSES * PROCESSES


@dataclass
class Told:
    """What one process was told, and when."""

    kept: int = 0
    refused: int = 0
    last_kept_began: float = 0.0
    first_refused_ended: float = float("inf")
    errors: Counter[str] = field(default_factory=Counter)


@pytest.mark.django_db(transaction=True)
def test_a_thousand_units_are_granted_a_thousand_times() -> None:
    stocked(UNITS, store="arbat", sku="PHONE")

    told = run_in_processes(_attempts, callers=PROCESSES)

    errors = sum((one.errors for one in told), Counter[str]())
    assert errors == Counter()
    kept, refused = sum(one.kept for one in told), sum(one.refused for one in told)
    print(f"{kept} kept, {refused} refused, by {PROCESSES} processes")  # noqa: T201
    assert (kept, refused) == (UNITS, ATTEMPTS - UNITS)
    # Nothing is given back here: whoever was refused before somebody later was served
    # was told a lie.
    assert min(one.first_refused_ended for one in told) > max(
        one.last_kept_began for one in told
    )
    level = StockLevel.objects.get(sku__code="PHONE", store__code="arbat")
    assert (level.reserved, level.available_to_promise) == (UNITS, 0)
    assert Promise.objects.live().count() == UNITS
    assert broken(only={"S1", "S2", "S3", "S4", "P1", "P5"}) == set()
    assert _deadlocks() == 0


def _attempts(barrier: Barrier, number: int) -> Told:
    told = Told()
    connection.ensure_connection()
    barrier.wait()
    for attempt in range(ATTEMPTS // PROCESSES):
        began, at = time.monotonic(), clock.now()
        try:
            hold_stock(
                demands=[Demand("arbat", "PHONE", 1, "1")],
                owner=f"shopper:{number}.{attempt}",
                reference=f"{number}.{attempt}",
                ends_at=at + timedelta(hours=2),
                by=SYSTEM,
                at=at,
            )
        except NotEnoughStock:
            told.refused += 1
            told.first_refused_ended = min(told.first_refused_ended, time.monotonic())
        except Exception as error:  # noqa: BLE001 - the drill counts them
            told.errors[f"{type(error).__name__}: {error}"[:200]] += 1
        else:
            told.kept += 1
            told.last_kept_began = began
    return told


def _deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        found: int = cursor.fetchone()[0]
        return found
